"""The docs agree with the code. Prints what does not, one finding a line, and the house in figures.

Each check is a function that yields findings; a new one is added by writing it and naming it in CHECKS.
"""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import catalogue  # noqa: E402
import house_figures  # noqa: E402
import licences  # noqa: E402
import manual  # noqa: E402
import path_page  # noqa: E402
import scratch_home  # noqa: E402, F401  # names the home before Django reads its settings

DOCS = ROOT / "docs"
GLOSSARY = DOCS / "glossary.md"
Check = Callable[[], Iterator[str]]

# Split, so that this file does not find itself.
FORBIDDEN = {
    "a path of one machine": r"/work/(main|shared|\.library)\b|/tmp/gz/|/root/(?!$)|/home/[a-z]+/",
    "the address of a registry": r"pypi\.(?:org)|files\.pythonhosted\.(?:org)|registry\.npmjs\.(?:org)"
    r"|registry\.yarnpkg|(?:mirrors?|pypi)\.(?:aliyun|tuna|ustc|douban)|--(?:extra-)?index-url\s",
    "a word about how the text was made": r"(?i)\bclau(?:de)\b|\banthro(?:pic)\b|\bchat(?:gpt)\b|\bopen(?:ai)\b"
    r"|\bco-authored(?:-by)\b|\b(?:ai|llm) (?:agent|assistant)\b|\bsub(?:agent)s?\b",
}
BINARY = {
    ".png",
    ".jpg",
    ".webp",
    ".woff2",
    ".woff",
    ".ttf",
    ".mo",
    ".ico",
    ".gz",
    ".zip",
    ".pdf",
    ".pbf",
    ".docx",
}


def tracked() -> list[Path]:
    said = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in said.split("\0") if name and (ROOT / name).is_file()]


def words_that_must_not_stand() -> Iterator[str]:
    """No tracked file holds a machine's path, a registry's address or a word about its making."""
    patterns = {why: re.compile(pattern) for why, pattern in FORBIDDEN.items()}
    for path in tracked():
        if path.suffix in BINARY or path == Path(__file__).resolve() or "vendor" in path.parts:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for why, pattern in patterns.items():
                if pattern.search(line):
                    yield f"{path.relative_to(ROOT)}:{number}: {why}"


def glossary_rows() -> list[tuple[str, str]]:
    """(English, Chinese) of each row of each table of the glossary."""
    rows = []
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip().strip("*`") for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) >= 3 and set(cells[0]) - set("-: "):
            rows.append((cells[0], cells[1]))
    return rows


def glossary_has_each_model() -> Iterator[str]:
    from django.apps import apps

    known = {english.lower() for english, _ in glossary_rows()}
    for model in apps.get_models():
        if model.__module__.startswith("gezhi."):
            name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", model.__name__).lower()
            if name not in known:
                yield f"docs/glossary.md: {model.__module__}.{model.__name__} is not in it (row {name!r})"


def glossary_has_each_term() -> Iterator[str]:
    """A label of the interface stands in the glossary, explained or in its last table."""
    known = {part.strip() for _, chinese in glossary_rows() for part in re.split("[、,;/]", chinese)}
    for message in catalogue.catalogue():
        if catalogue.is_label(message.id) and message.id not in known:
            yield f"docs/glossary.md: {message.id} is not in it; run tools/catalogue.py"


def decisions_are_numbered() -> Iterator[str]:
    """0001, 0002 … without a gap; each says context, decision and consequence."""
    pages = sorted((DOCS / "decisions").glob("*.md"))
    for number, page in enumerate(pages, start=1):
        text = page.read_text(encoding="utf-8")
        if not page.name.startswith(f"{number:04d}-"):
            yield f"docs/decisions/{page.name}: should be number {number:04d}"
        for part in ("Context", "Decision", "Consequence"):
            if f"**{part}.**" not in text:
                yield f"docs/decisions/{page.name}: says no {part.lower()}"


def links_lead_somewhere() -> Iterator[str]:
    """A link or picture of the docs that names a file names one that is there."""
    pages = [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)\s#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if (
                "://" not in target
                and not target.startswith("mailto:")
                and not (page.parent / target).exists()
            ):
                yield f"{page.relative_to(ROOT)}: leads to {target}, which is not there"


def dependencies_are_decided() -> Iterator[str]:
    """Each name of requirements/*.in has its line and its reason among the decisions."""
    said = "\n".join(p.read_text(encoding="utf-8") for p in (DOCS / "decisions").glob("*.md")).lower()
    for file in sorted((ROOT / "requirements").glob("*.in")):
        for line in file.read_text(encoding="utf-8").splitlines():
            name = re.split(r"[\s<>=~!\[;#]", line.strip(), maxsplit=1)[0].lower()
            if name and not name.startswith("-") and f"`{name}`" not in said:
                yield f"requirements/{file.name}: {name} has no line in docs/decisions/"


def changelog_knows_the_version() -> Iterator[str]:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    if f"## {version}" not in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"):
        yield f"CHANGELOG.md: has no chapter {version}"


def each_verb_is_explained() -> Iterator[str]:
    """Each `make` verb stands in CONTRIBUTING, each `gezhi` verb in both manuals."""
    verbs = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    said = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    yield from (f"CONTRIBUTING.md: does not explain make {v}" for v in verbs if f"make {v}" not in said)
    for name in ("operating.zh.md", "operating.en.md"):
        page = DOCS / "manual" / name
        text = page.read_text(encoding="utf-8") if page.exists() else ""
        yield from (
            f"docs/manual/{name}: does not explain gezhi {v}" for v in cli_verbs() if f"gezhi {v}" not in text
        )


def cli_verbs() -> list[str]:
    """The verbs of the `gezhi` command."""
    try:
        command = importlib.import_module("gezhi.cli.main")
    except ModuleNotFoundError:
        return []
    return sorted(getattr(command, "VERBS", {}))


def migrations_are_made() -> Iterator[str]:
    from django.core.management import call_command

    said = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said, verbosity=1)
    except SystemExit:
        yield "migrations: the models have changed and no migration says so:\n" + said.getvalue()


# A district's host often shares its domain, and the proxy in front of it does the redirecting.
NOT_OURS = {"security.W005", "security.W008", "security.W021"}
DEPLOYED = """
import os, sys, tempfile
from pathlib import Path
from gezhi.home import make_home
with tempfile.TemporaryDirectory() as folder:
    make_home(Path(folder), kind="live", name="x", https=True, hosts=["gezhi.example"])
    os.environ.update(GEZHI_HOME=folder, DJANGO_SETTINGS_MODULE="gezhi.config.settings")
    import django
    django.setup()
    from django.core.checks import run_checks
    for found in run_checks(include_deployment_checks=True):
        if found.id not in sys.argv[1:] and not found.is_silenced():
            print(f"check --deploy: {found.id} {found.msg}")
"""


def ready_for_the_world() -> Iterator[str]:
    """Django's own deployment check, as a live instance behind HTTPS would answer it."""
    env = {key: value for key, value in os.environ.items() if key != "GEZHI_TESTING"}
    done = subprocess.run(
        [sys.executable, "-c", DEPLOYED, *NOT_OURS],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    yield from done.stdout.splitlines()
    if done.returncode:
        yield "check --deploy: " + done.stderr.strip()[-2000:]


CHECKS: tuple[Check, ...] = (
    words_that_must_not_stand,
    glossary_has_each_model,
    glossary_has_each_term,
    path_page.findings,
    manual.stale,
    decisions_are_numbered,
    links_lead_somewhere,
    dependencies_are_decided,
    changelog_knows_the_version,
    each_verb_is_explained,
    licences.ours_is_whole,
    licences.allowed_and_listed,
    migrations_are_made,
    ready_for_the_world,
)


def main() -> int:
    import django

    django.setup()
    found = [finding for check in CHECKS for finding in check()]
    print("\n".join(found) or f"docs agree with the code: {len(CHECKS)} checks")
    print(house_figures.line(ROOT / "gezhi"))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())

"""Break the models that ship, one fault at a time, and see that the proof notices.

    tools/mutate_models.py [--seed 1] [--each 320] [NAME …]

A fault is caught (the model is refused), or the state space is the same edge for edge, or it is argued harmless, by name,
in docs/model-mutations.md. Anything else is missed, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gezhi.rules.findings import ModelError  # noqa: E402
from gezhi.rules.load import LANGUAGE, from_canonical, named, shipped  # noqa: E402
from gezhi.rules.proof.check import first_findings  # noqa: E402
from gezhi.rules.proof.space import state_space  # noqa: E402
from tools import model_faults  # noqa: E402

DOC = ROOT / "docs" / "model-mutations.md"
SEED, EACH = 1, 320


@dataclass(frozen=True)
class Mutant:
    """One model with one fault."""

    model: str
    kind: str
    what: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.model}: {self.kind} {self.what}"


@dataclass
class Result:
    """What became of the mutants: how many were caught by which code, which were the same, argued or missed."""

    caught: Counter[str] = field(default_factory=Counter)
    kinds: set[str] = field(default_factory=set)
    same: list[str] = field(default_factory=list)
    argued: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def total(self) -> int:
        return self.caught.total() + len(self.same) + len(self.argued) + len(self.missed)


def mutants(name: str, seed: int, each: int) -> Iterator[Mutant]:
    """So many different single faults of one model; every kind that fits comes up before one comes up again."""
    whole = json.loads(named(name).canonical)
    dice = Random(f"{name}:{seed}")  # noqa: S311  # which faults, not a secret
    seen: set[str] = set()
    for _ in range(each):
        kinds = list(model_faults.SPOILS)
        dice.shuffle(kinds)
        fresh = 0
        for kind in kinds:
            found = _spoiled(whole, kind, dice, seen)
            if found is None:
                continue
            fresh += 1
            seen.add(found[1])
            yield Mutant(name, kind, found[0], found[1])
            if len(seen) == each:
                return
        if not fresh:
            return


def _spoiled(whole: dict[str, object], kind: str, dice: Random, seen: set[str]) -> tuple[str, str] | None:
    for _ in range(4):
        said = deepcopy(whole)
        what = model_faults.SPOILS[kind](model_faults.Model(dice, said["tables"], said["items"]))  # type: ignore[arg-type]
        text = json.dumps(
            {"tables": said["tables"], "items": said["items"], "language": LANGUAGE}, ensure_ascii=False
        )
        if what and text not in seen and said != whole:
            return what, text
    return None


@cache
def space_of(name: str) -> str:
    return state_space(named(name))


def judged(mutant: Mutant, argued: frozenset[str]) -> tuple[str, str]:
    """(caught, code) or (same | argued | missed, name)."""
    try:
        broken = from_canonical(mutant.text)
    except ModelError as error:
        return "caught", error.findings[0].code
    findings = first_findings(broken)
    if findings:
        return "caught", findings[0].code
    if state_space(broken) == space_of(mutant.model):
        return "same", mutant.name
    return ("argued" if mutant.name in argued else "missed"), mutant.name


def harmless() -> frozenset[str]:
    """The faults that the document argues, by name."""
    text = DOC.read_text(encoding="utf-8") if DOC.exists() else ""
    return frozenset(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE))


def run(name: str, seed: int, each: int, *, aloud: bool = False) -> Result:
    """Every mutant of one model judged. `aloud` says each that was not caught as it comes."""
    result, argued = Result(), harmless()
    began = time.perf_counter()
    for mutant in mutants(name, seed, each):
        what, said = judged(mutant, argued)
        if aloud and what != "caught":
            print(f"{what}: {said}", flush=True)
        result.kinds.add(mutant.kind)
        if what == "caught":
            result.caught[said] += 1
        else:
            getattr(result, what).append(said)
    result.seconds = time.perf_counter() - began
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "models", nargs="*", default=[n for n in shipped() if n != "base" and not named(n).about.replay]
    )
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--each", type=int, default=EACH)
    said = parser.parse_args()
    missed = 0
    lines = ["| model | faults | kinds | caught | same state space | argued | missed | seconds |"]
    lines.append("| --- | --- | --- | --- | --- | --- | --- | --- |")
    codes: Counter[str] = Counter()
    for name in said.models:
        r = run(name, said.seed, said.each, aloud=True)
        numbers = (
            r.total,
            len(r.kinds),
            r.caught.total(),
            len(r.same),
            len(r.argued),
            len(r.missed),
            round(r.seconds),
        )
        lines.append(f"| {name} | " + " | ".join(map(str, numbers)) + " |")
        codes += r.caught
        missed += len(r.missed)
    print("\n".join(lines))
    print("\nFirst code of each that was caught: " + ", ".join(f"{c} {n}" for c, n in codes.most_common()))
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())

"""A receipt proves itself, by one file that anybody can read and run: what was altered, dropped or made up is told apart."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from gezhi.cli import receipt as receipt_command
from gezhi.cli import receipt_verify
from gezhi.cli.main import main
from gezhi.ledger import day_files, merkle
from gezhi.ledger.days import close_days
from gezhi.ledger.models import DayRoot, Entry, Seal
from gezhi.ledger.services import seal
from gezhi.matters import receipts
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.tests.conftest import world  # noqa: F401  # a fixture
from gezhi.matters.tests.liuxi import FRIDAY, INSIDE, World

DAY = timedelta(days=1)
WORDS = "幸福路口窨井盖翘起来了，\r\n晚上看不见。"
LATER = FRIDAY + 4 * DAY
ALONE = Path(receipt_verify.__file__)
Given = tuple[dict[str, Any], dict[str, Any]]


def report(world: World, words: str = "楼道堆了纸箱。") -> UUID:  # noqa: F811
    said = Report(item="N01", text=words, lon=INSIDE[0], lat=INSIDE[1], reporting="anonymous")
    return open_matter(said, by=world.clerk()).id


def held(matter: UUID, *, words: bool = True) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(receipts.as_file(receipts.receipt_of(matter, at=LATER, words=words)))
    return made


def published() -> dict[str, Any]:
    said: dict[str, Any] = json.loads(day_files.as_json("柳溪县"))
    return said


def found(receipt: dict[str, Any], roots: dict[str, Any] | None = None) -> str:
    """What the verifier finds, whatever it is given."""
    try:
        return receipt_verify.check(receipt, roots)[0]
    except receipt_verify.UNREADABLE:
        return "unreadable"


def reseal(first: int = 0) -> None:
    """The house makes its ledger anew, as a house that wants to hide something would."""
    DayRoot.objects.all().delete()
    Seal.objects.all().delete()
    Entry.objects.update(seal=None)
    while seal(at=FRIDAY + first * DAY):
        pass
    close_days(at=LATER)


@pytest.fixture
def given(world: World) -> Given:  # noqa: F811
    """A receipt with its proof, of a report among others, and the roots of three days."""
    others = [report(world, "路灯不亮，请来看看。") for _ in range(5)]
    mine = report(world, WORDS)
    others.append(report(world, "垃圾没有清。"))
    for n in range(3):
        for minute in range(2 + n):
            seal(at=FRIDAY + n * DAY + minute * timedelta(minutes=1))
            others.append(report(world, f"第 {n} 天的事。"))
    close_days(at=LATER)
    return held(mine), published()


def test_a_receipt_is_proved_by_the_roots_that_were_published(given: Given) -> None:
    receipt, roots = given
    assert receipt["text"]["words"] == WORDS
    assert [day["batches"] for day in roots["days"]] == [2, 3, 4]
    assert found(receipt, roots) == "proved"
    assert found(receipt, {"days": roots["days"][:1]}) == "proved", "the days up to its own are enough"
    assert found(receipt, {"days": roots["days"][1:]}) == "no_day"
    assert found({**receipt, "proof": None}) == "no_proof"
    told, named = receipt_verify.check(receipt)
    assert told == "no_day"
    assert named["root"] == roots["days"][0]["root"], "to be compared by eye with what a newspaper printed"


def test_one_other_sign_in_the_entry_is_found(given: Given) -> None:
    receipt, roots = given
    entry = receipt["entry"]
    for place, sign in enumerate(entry):
        other = "2" if sign != "2" else "3"
        said = found({**receipt, "entry": entry[:place] + other + entry[place + 1 :]}, roots)
        assert said in {"altered", "unreadable"}, place


def test_other_words_another_moment_or_another_digest_are_found(given: Given) -> None:
    receipt, roots = given
    text = receipt["text"]
    assert found({**receipt, "text": {**text, "words": "没有事。"}}, roots) == "words"
    assert found({**receipt, "text": {**text, "salt": "00" * 16}}, roots) == "words"
    assert found({**receipt, "text": {**text, "words": None}}, roots) == "proved"
    assert found({**receipt, "text": {**text, "digest": "00" * 32}}, roots) == "altered"
    assert found({**receipt, "text": {**text, "id": "00" * 16}}, roots) == "altered"
    assert found({**receipt, "moment": "2026-11-19T15:30:00+08:00"}, roots) == "altered"
    assert found({**receipt, "hash": "00" * 32}, roots) == "altered"


def test_a_proof_that_leads_elsewhere_proves_nothing(given: Given) -> None:
    receipt, roots = given
    proof = receipt["proof"]
    turned = [("L" if step[0] == "R" else "R") + step[1:] for step in proof["path"]]
    for altered in (
        {"path": turned},
        {"path": proof["path"][1:]},
        {"path": [*proof["path"], "L" + "00" * 32]},
        {"day_path": proof["day_path"] + proof["day_path"]},
        {"batch": 2},
        {"count": 99},
        {"sealed_at": proof["sealed_at"] + 1},
        {"before": "11" * 32},
        {"day": roots["days"][1]["day"]},
    ):
        assert found({**receipt, "proof": {**proof, **altered}}, roots) == "missing", altered
    closed = {**receipt, "entry": None, "text": None}
    assert found(closed, roots) == "proved"
    assert found({**closed, "hash": "00" * 32}, roots) == "missing"


def test_a_past_day_that_was_altered_is_named(given: Given) -> None:
    receipt, roots = given
    days = roots["days"]
    for at, day in enumerate(days):
        changes: dict[str, Any] = {"first": 7, "last": 99, "entries": 1, "root": "0" * 64, "before": "1" * 64}
        changes |= {"chain": "2" * 64, "day": "2026-11-01"}
        for name, value in changes.items():
            altered = [*days[:at], {**day, name: value}, *days[at + 1 :]]
            said, named = receipt_verify.check(receipt, {"days": altered})
            assert said == "broken", (at, name)
            assert named["day"] == altered[at]["day"]
    assert found(receipt, {"days": [days[0], days[2]]}) == "broken"
    assert found(receipt, {"days": days[::-1]}) == "broken"


def test_a_report_that_was_dropped_is_told_by_the_proof_that_is_not_given(world: World) -> None:  # noqa: F811
    mine, other = report(world, WORDS), report(world)
    receipt = held(mine)
    assert receipt["proof"] is None
    assert found(receipt, {"days": []}) == "no_proof"
    Entry.objects.filter(about=mine).delete()
    for n in range(3):
        seal(at=FRIDAY + n * DAY)
        report(world)
    close_days(at=LATER)
    roots = published()
    assert found(receipt, {"days": roots["days"][:2]}) == "no_proof", "it may be sealed after midnight"
    assert receipt_verify.check(receipt, roots) == ("overdue", {"day": "2026-11-22"})
    with pytest.raises(LookupError):
        held(mine)
    assert found({**receipt, "proof": held(other)["proof"]}, roots) == "missing", "somebody else's proof"


def test_a_ledger_that_was_made_anew_without_it_does_not_hold_it(given: Given) -> None:
    receipt, roots = given
    Entry.objects.filter(id=UUID(receipt["entry"].split("\n")[1])).delete()
    reseal()
    assert found(receipt, published()) == "missing"
    assert found(receipt, roots) == "proved", "whoever kept the roots of that time still can prove it"


def test_the_roots_of_another_place_prove_nothing(given: Given) -> None:
    receipt, _roots = given
    reseal(1)
    elsewhere = published()
    assert found(receipt, elsewhere) in {"missing", "no_day"}
    days = [{**day, "day": receipt["proof"]["day"]} for day in elsewhere["days"]]
    assert found(receipt, {"days": days}) == "broken"


def test_every_leaf_leads_to_the_root_and_whoever_verifies_climbs_as_the_ledger_does() -> None:
    for count in range(1, 71):
        leaves = [random.randbytes(32) for _ in range(count)]
        root, tree = merkle.root(leaves), merkle.tree(leaves)
        assert tree[-1] == [root]
        for place, leaf in enumerate(leaves):
            steps = merkle.path(tree, place)
            assert len(steps) <= 7
            assert receipt_verify.climb(leaf, steps) == merkle.climb(leaf, steps) == root
            assert receipt_verify.climb(root, steps) != root


def test_every_entry_of_a_ledger_of_many_batches_is_proved(world: World) -> None:  # noqa: F811
    matters = []
    for n in range(14):
        matters += [report(world) for _ in range(random.randint(1, 4))]
        seal(at=FRIDAY + timedelta(hours=7 * n))
    close_days(at=FRIDAY + 9 * DAY)
    roots = published()
    assert {found(held(matter), roots) for matter in matters} == {"proved"}


def test_it_runs_alone_without_anything_of_ours(given: Given, tmp_path: Path) -> None:
    alone, receipt, roots = tmp_path / "receipt_verify.py", tmp_path / "receipt.json", tmp_path / "roots.json"
    alone.write_bytes(ALONE.read_bytes())
    assert len(ALONE.read_text("utf-8").splitlines()) <= 80
    receipt.write_text(json.dumps(given[0]), "utf-8")
    roots.write_text(json.dumps(given[1]), "utf-8")

    def run(*files: Path) -> tuple[int, str]:
        words = [sys.executable, "-I", "-S", "-X", "utf8", str(alone), *map(str, files)]
        done = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", check=False)
        assert done.stderr == ""
        return done.returncode, done.stdout

    assert run(receipt, roots)[0] == 0
    assert "证明成立" in run(receipt, roots)[1]
    assert "Proved" in run(receipt, roots)[1]
    assert run(receipt)[0] == 3
    for nothing in (tmp_path / "nowhere", alone, roots):
        assert run(nothing) == (1, "\n".join(receipt_verify.SAID["unreadable"][1:]) + "\n")
    assert run()[0] == 1


def test_the_command_needs_no_home_and_says_it_in_either_language(
    given: Given, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt, roots, table = tmp_path / "receipt.json", tmp_path / "roots.json", tmp_path / "roots.csv"
    said = {**given[0], "text": {**given[0]["text"], "words": None}}
    receipt.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    roots.write_text(day_files.as_json("柳溪县"), "utf-8")
    table.write_text(day_files.as_csv(), "utf-8")
    kept, other = tmp_path / "kept.txt", tmp_path / "other.txt"
    kept.write_text(WORDS.replace("\r\n", "\n") + "\n", "utf-8")
    other.write_text("没有事。", "utf-8")

    def run(*words: object) -> tuple[int, str]:
        code = main(["receipt", "verify", *map(str, words)])
        told = capsys.readouterr()
        return code, told.out + told.err

    assert run(receipt, "--roots", roots)[0] == 0
    assert run(receipt, "--roots", table, "--lang", "zh")[1].startswith("证明成立：这条记录在 2026-11-20")
    assert run(receipt, "--roots", table, "--lang", "en")[1].startswith("Proved")
    assert run(receipt, "--roots", roots, "--words", kept)[0] == 0, "an editor ends lines in its own way"
    assert run(receipt, "--roots", roots, "--words", other)[0] == 4
    code, told = run(receipt, "--json")
    assert (code, json.loads(told)["found"], json.loads(told)["proved"]) == (3, "no_day", False)
    assert run(roots)[0] == 1
    assert run(tmp_path / "nowhere")[0] == 1


def test_the_operator_makes_one_by_the_end_of_a_number(
    given: Given, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        receipt_command, "enter", lambda home: home
    )  # the database of the tests is entered already
    file, roots = tmp_path / "receipt.json", tmp_path / "roots.json"
    roots.write_text(json.dumps(given[1]), "utf-8")
    assert main(["receipt", "make", "1120-0006"]) == 0
    file.write_text(capsys.readouterr().out, "utf-8")
    made = json.loads(file.read_text("utf-8"))
    assert (made["hash"], made["text"]["words"]) == (given[0]["hash"], None)
    assert main(["receipt", "verify", str(file), "--roots", str(roots)]) == 0
    assert main(["receipt", "make", "1120-0006", "--words"]) == 0
    assert json.loads(capsys.readouterr().out)["text"]["words"] == WORDS
    assert main(["receipt", "make", "0000"]) == 1


@pytest.mark.parametrize("found_key", receipt_verify.SAID)
def test_each_finding_says_it_in_both_languages(found_key: str) -> None:
    code, chinese, english = receipt_verify.SAID[found_key]
    named = {"day": "2026-11-20", "root": "ab", "sealed": "2026-11-20"}
    assert chinese.format(**named) != english.format(**named)
    assert code in range(8)
    assert code != 2, "argparse says 2 for a wrong option"


def test_hostile_files_end_in_a_sentence() -> None:
    for one in (
        {},
        {"text": [], "entry": 7, "proof": None, "moment": "x", "hash": ""},
        {"text": None, "entry": None, "proof": {"day": "\x1b[2J", "path": [""]}, "moment": "2026-01-01", "hash": "z"},
        {"text": None, "entry": "a\nb", "proof": None, "moment": "2026-01-01T00:00:00+08:00", "hash": ""},
        {"text": None, "entry": None, "moment": "2026-01-01T00:00:00+08:00", "hash": "00" * 32}
        | {"proof": {"day": "2026-01-01", "path": ["L00"], "before": "", "batch": 10**40, "count": 1, "sealed_at": 1}},
    ):  # fmt: skip
        assert found(one) == "unreadable"

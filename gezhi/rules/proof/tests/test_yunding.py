"""A model that somebody wrote by the manual alone: it holds, and each slip is told once, where and how to mend it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from gezhi.rules.proof.check import check

pytestmark = pytest.mark.proof

FOLDER = Path(__file__).parent / "folders" / "yunding"
SYSTEM = 'system_admin = { name = "系统管理员", english = "System administrator", levels = ["district"], sees = "none", administers = "system" }\n'
SECURITY = SYSTEM.replace("system", "security").replace("系统", "安全").replace("System", "Security")
REINSPECT = 'reinspect = { name = "到现场复勘", english = "Re-inspect on site", from = ["working"], to = "reinspected", duty = ["in_dept"], needs = ["photo"] }\n'


class Slip(NamedTuple):
    """One slip of the pen: what stood there and stands there now, and the only finding: code, file, place, words."""

    file: str
    was: str
    now: str
    code: str
    place: str
    words: str


MODEL, ITEMS = "model.toml", "items.csv"
SLIPS = {
    "nobody publishes": Slip(MODEL, SECURITY, "", "E28", "post", "没有一个岗位管安全"),
    "one office twice": Slip(MODEL, 'administers = "security"', 'administers = "system"', "E28", "post.security_admin", "同一个 administers"),
    "one name twice": Slip(MODEL, 'name = "安全管理员"', 'name = "系统管理员"', "E28", "post.security_admin", "都叫「系统管理员」"),
    "a leader of figures approves": Slip(MODEL, 'approve = { held_by = [', 'approve = { held_by = ["leader", ', "E28", "duty.approve", "「区领导」看不到事项"),
    "a leader alone supervises": Slip(MODEL, 'supervise = { held_by = ["centre"]', 'supervise = { held_by = ["leader"]', "E28", "duty.supervise", "「区领导」看不到事项"),
    "a volunteer handles": Slip(MODEL, 'in_grid = { held_by = [', 'in_grid = { held_by = ["volunteer", ', "E28", "duty.in_grid", "「志愿者」看不到事项"),
    "a leader as 承办": Slip(ITEMS, "环境卫生,片长", "环境卫生,区领导", "E08", "M05", "「区领导」"),
    "a post without the duty as 承办": Slip(MODEL, '"secretary", "mediator", "centre"', '"secretary", "centre"', "E08", "M10", "「人民调解员」"),
    "not for the grid and no department": Slip(ITEMS, "10工作日,可选,是,", "10工作日,可选,否,", "E08", "M10", "承办写的却不是部门"),
    "triage forgotten": Slip(MODEL, 'triage = { held_by = ["centre"] }\n', "", "E06", "duty.triage", "「受理分级」没有人承担"),
    "verify forgotten": Slip(MODEL, 'verify = { held_by = ["secretary", "centre"] }\n', "", "E06", "duty.verify", "「核查」没有人承担"),
    "not up to the root": Slip(MODEL, 'answer = { held_by = ["secretary", "centre"]', 'answer = { held_by = ["secretary"]', "E06", "duty.answer", "没有承担的人"),
    "one where two are needed": Slip(MODEL, "least = { centre = 2 }", "least = { centre = 1 }", "E15", "duty.verify", "没有别人能核查"),
    "nobody always there": Slip(MODEL, ", never_vacant = true", "", "E21", "post", "没有一个岗位不得空缺"),
    "a step without a way out": Slip(MODEL, 'finish = { from = ["reinspected"], needs', "finish = { needs", "E03", "flow.main.step.reinspected", "卡住"),
    "a step without a way in": Slip(MODEL, REINSPECT, "", "E02", "flow.main.step.reinspected", "永远到不了"),
    "a length without the new grade": Slip(MODEL, 'sign = { length = { top = "10分钟", urgent = "30分钟", ordinary = "1工作日" } }\n', "", "L14", "flow.main.promise.sign.length", "缺等级「top」"),
    "grades under another id": Slip(MODEL, "[grades.main.grade]", "[grades.yunding.grade]", "L12", "grades.yunding", "缺「name」"),
    "a full-width sign": Slip(MODEL, "count = 14", "count ＝ 14", "L03", "", "全角的「＝」"),
    "longer than the law": Slip(ITEMS, "物业企业,main,ordinary,5工作日", "物业企业,main,ordinary,60日", "E26", "M07", "延期 5工作日（1 次）"),
    "the most urgent by sample": Slip(ITEMS, "专职网格员,main,urgent,4小时,照片,是,", "专职网格员,main,top,4小时,照片,是,抽查", "E27", "S04", "可以抽查的等级：紧急、一般"),
    "a share without its sign": Slip(MODEL, 'sample = "20%"', "sample = 20", "L14", "flow.main.sample", '例如 "20%"'),
    "another id than the folder's": Slip(MODEL, 'id = "yunding"', 'id = "nanshan"', "L08", "model.id", "文件夹却叫「yunding」"),
}  # fmt: skip


def copied(place: Path) -> Path:
    return Path(shutil.copytree(FOLDER, place / "yunding"))


def test_it_holds() -> None:
    proof = check(FOLDER, own_name=True)
    assert [str(one) for one in proof.findings] == []
    assert proof.totals.lists == {"minsheng": 12, "anquan": 6}
    assert proof.model is not None
    assert proof.model.about.english == ""  # the base's own name is not handed down


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_each_slip_is_told_once(slip: Slip, tmp_path: Path) -> None:
    folder = copied(tmp_path)
    text = (folder / slip.file).read_text(encoding="utf-8")
    assert text.count(slip.was) == 1
    (folder / slip.file).write_text(text.replace(slip.was, slip.now), encoding="utf-8")
    found = check(folder, own_name=True).findings
    assert [(one.code, one.place) for one in found] == [(slip.code, slip.place)], [str(one) for one in found]
    assert slip.words in found[0].sentence


def test_what_is_inherited_is_mended_in_the_own_file(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    slip = SLIPS["a length without the new grade"]
    text = (folder / "model.toml").read_text(encoding="utf-8")
    (folder / "model.toml").write_text(text.replace(slip.was, slip.now), encoding="utf-8")
    found = check(folder).findings[0]
    assert found.file == "yunding/model.toml"
    assert text.splitlines()[found.line - 1] == "[flow.main.promise]"
    assert 'sign = { length = { urgent = "30分钟", ordinary = "1工作日", top = "…" } }' in found.mend


def test_another_office_is_no_slip_of_the_pen(tmp_path: Path) -> None:
    """供水所 must not be offered for 供电所, whatever the letters say; a slip in a longer name still is."""
    folder = copied(tmp_path)
    text = (folder / "items.csv").read_text(encoding="utf-8")
    (folder / "items.csv").write_text(text.replace("供电所", "供气所", 1), encoding="utf-8")
    assert check(folder).findings[0].near == ""
    (folder / "items.csv").write_text(text.replace("执法大队", "执法大对", 1), encoding="utf-8")
    assert check(folder).findings[0].near == "执法大队"

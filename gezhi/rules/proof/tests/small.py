"""A folder that holds: all that the language can be broken in, once and as short as it goes. Tests change one thing."""

from __future__ import annotations

from pathlib import Path

from gezhi.rules.findings import Finding
from gezhi.rules.proof.check import Proof, check

MODEL = """[model]
id = "small"
name = "小地方"
valid_from = 2026-01-01
source = "本地"
jurisdictions = ["全国", "深圳市"]
[level]
town = { name = "镇", count = 1 }
village = { name = "村", under = "town", count = 9 }
[overlay.party]
name = "党建网格"
inside = "town"
count = 9
equals = "village"
[post]
office = { name = "镇网格办", levels = ["town"], never_vacant = true, certificate = ["调解员证"] }
worker = { name = "网格员", levels = ["village"], published = 9 }
judge = { name = "驻点法官", levels = ["town"], sees = "referred" }
keeper = { name = "系统管理员", levels = ["town"], sees = "none", administers = "system" }
guard = { name = "安全管理员", levels = ["town"], sees = "none", administers = "security" }
auditor = { name = "审计管理员", levels = ["town"], sees = "none", administers = "audit" }
[staffing]
two = { name = "办公室两人", level = "town", least = { office = 2 } }
one = { name = "一村一员", level = "village", least = { worker = 1 }, ratio = { party = "one" } }
[department]
water = { name = "水务站", level = "town" }
[duty]
triage = { name = "受理", kind = "triage", held_by = ["office"] }
in_grid = { name = "格内处置", kind = "handle", held_by = ["worker", "office"] }
in_dept = { name = "部门处置", kind = "handle", held_by = ["department"] }
ask = { name = "请求", kind = "call", held_by = ["office"] }
approve = { name = "批准", kind = "approve", apart_from = ["handle"], held_by = ["office"] }
arbitrate = { name = "裁定", kind = "arbitrate", apart_from = ["handle"], held_by = ["office"] }
verify = { name = "核查", kind = "verify", apart_from = ["handle"], held_by = ["office"] }
answer = { name = "答复", kind = "answer", held_by = ["office"] }
close = { name = "销号", kind = "close", apart_from = ["handle"], held_by = ["office"] }
mediate = { name = "调解", kind = "handle", certificate = ["调解员证"], held_by = ["office"] }
supervise = { name = "督办", kind = "supervise", held_by = ["office"] }
apply = { name = "申请准入", kind = "call", held_by = ["department"] }
renew = { name = "续期", kind = "approve", apart_from = ["handle"], held_by = ["office"] }
[grades.main]
name = "等级"
grade = { urgent = { name = "紧急", order = 1 }, ordinary = { name = "一般", order = 2 } }

[flow.main]
name = "事项"
subject = "matter"
first = "reported"
grades = "main"
reopen = "30日"
[flow.main.step]
reported = { name = "上报", phase = "reported" }
accepted = { name = "受理", phase = "accepted" }
working = { name = "格内处置", phase = "handling" }
assigned = { name = "部门处置", phase = "handling" }
ordered = { name = "已发令", phase = "handling", waits_for = "order" }
paused = { name = "挂账", phase = "suspended" }
done = { name = "办结", phase = "checking" }
spot = { name = "待抽查", phase = "checking" }
checked = { name = "核过", phase = "answering" }
answered = { name = "已答复", phase = "answering" }
closed = { name = "销号", phase = "ended", closing = "solved" }
let = { name = "未核查", phase = "ended", closing = "unverified" }
refused = { name = "不予受理", phase = "ended", closing = "refused" }
[flow.main.move]
accept = { name = "受理", from = ["reported"], to = "accepted", duty = ["triage"] }
refuse = { name = "不予受理", from = ["reported"], to = "refused", duty = ["triage"], needs = ["note"], tells = true }
to_grid = { name = "交格内", from = ["accepted"], to = "working", when = { in_grid = true } }
to_dept = { name = "交部门", from = ["accepted"], to = "assigned", when = { in_grid = false } }
finish = { name = "办结", from = ["working"], to = "done", duty = ["in_grid"], when = { low = false } }
finish_low = { name = "小事办结", from = ["working"], to = "spot", duty = ["in_grid"], when = { low = true } }
finish_dept = { name = "部门办结", from = ["assigned"], to = "done", duty = ["in_dept"] }
order = { name = "发令", from = ["working"], to = "ordered", duty = ["ask"], needs = ["note"], opens = "order", calls = "chosen" }
order_done = { name = "令成", from = ["ordered"], to = "done", when = { orders = "done" } }
order_back = { name = "令退", from = ["ordered"], to = "working", when = { orders = "failed" } }
raise = { name = "提级", from = ["working"], duty = ["ask"], needs = ["note"], raises = true }
pause = { name = "挂账", from = ["working"], to = "paused", duty = ["approve"], needs = ["note"], at_most = 2 }
resume = { name = "恢复", from = ["paused"], to = "working", duty = ["approve"] }
pass = { name = "核过", from = ["done"], to = "checked", duty = ["verify"] }
fail = { name = "退回", from = ["done"], to = "working", duty = ["verify"], needs = ["note"], when = { in_grid = true } }
fail_dept = { name = "退回部门", from = ["done"], to = "assigned", duty = ["verify"], needs = ["note"], when = { department = true } }
go = { name = "没抽中", from = ["spot"], to = "let", when = { drawn = false } }
pass_spot = { name = "抽查过", from = ["spot"], to = "checked", duty = ["verify"], when = { drawn = true } }
fail_spot = { name = "抽查退", from = ["spot"], to = "working", duty = ["verify"], needs = ["note"], when = { drawn = true } }
answer = { name = "答复", from = ["checked"], to = "answered", duty = ["answer"], needs = ["note"] }
content = { name = "满意", from = ["answered"], to = "closed", who = ["reporter"] }
close = { name = "销号", from = ["answered"], to = "closed", duty = ["close"] }
[flow.main.promise]
triage = { name = "受理", length = "2小时", starts = ["reported"], met = ["accepted"], void = ["unsolved_ends"], missed = [{ do = "supervise", who = ["@supervise"] }] }
finish = { name = "办结", length = "item", starts = ["accepted"], met = ["checked", "let"], pauses = ["paused"], missed = [{ do = "raise", again = true }, { do = "supervise", who = ["@supervise"] }], extend = { duty = "approve", most = "1日" }, most_by_law = "60日", law = "条例 34", jurisdiction = "全国", stops_by_law = "条例 35" }
again = { name = "复核", length = "30日", starts = ["paused"], met = ["working"], missed = [{ do = "list", who = ["@supervise"] }] }
answer = { name = "答复", length = "1日", starts = ["checked"], met = ["answered"], missed = [{ do = "task", who = ["@answer"] }] }
rate = { name = "等评价", length = "7日", starts = ["answered"], met = ["closed"], missed = [{ do = "move", move = "close" }] }

[flow.order]
name = "发令单"
subject = "order"
first = "asked"
[flow.order.step]
asked = { name = "待到场", phase = "reported" }
objected = { name = "异议", phase = "reported" }
there = { name = "到场", phase = "handling" }
ready = { name = "待核验", phase = "checking" }
passed = { name = "通过", phase = "ended", result = "done" }
back = { name = "退回", phase = "ended", result = "failed" }
[flow.order.move]
come = { name = "到场", from = ["asked"], to = "there", duty = ["in_dept"] }
object = { name = "异议", from = ["asked"], to = "objected", duty = ["in_dept"], needs = ["note"], at_most = 1 }
insist = { name = "维持", from = ["objected"], to = "asked", duty = ["arbitrate"], needs = ["note"] }
release = { name = "免", from = ["objected"], to = "back", duty = ["arbitrate"], needs = ["note"] }
finish = { name = "办结", from = ["there"], to = "ready", duty = ["in_dept"] }
confirm = { name = "通过", from = ["ready"], to = "passed", duty = ["verify"] }
redo = { name = "返工", from = ["ready"], to = "there", duty = ["verify"], needs = ["note"] }
[flow.order.promise]
come = { name = "到场", length = "1日", starts = ["asked"], met = ["there"], void = ["objected"], missed = [{ do = "supervise", who = ["@supervise"] }] }
decide = { name = "裁定", length = "1日", starts = ["objected"], met = ["asked", "back"], missed = [{ do = "supervise", who = ["@supervise"] }] }
finish = { name = "办结", length = "5日", starts = ["there"], met = ["passed"], missed = [{ do = "supervise", who = ["@supervise"] }] }

[flow.talk]
name = "调解"
subject = "dispute"
first = "filed"
module = "mediation"
[flow.talk.step]
filed = { name = "登记", phase = "reported" }
talking = { name = "调解", phase = "handling" }
agreed = { name = "达成", phase = "checking" }
kept = { name = "履行", phase = "ended", closing = "solved" }
failed = { name = "不成", phase = "ended", closing = "unsolved" }
[flow.talk.move]
begin = { name = "开始", from = ["filed"], to = "talking", duty = ["mediate"], needs = ["consent"] }
decline = { name = "不愿", from = ["filed", "talking"], to = "failed", who = ["party"] }
settle = { name = "达成", from = ["talking"], to = "agreed", duty = ["mediate"] }
perform = { name = "已履行", from = ["agreed"], to = "kept", duty = ["verify"] }
breach = { name = "未履行", from = ["agreed"], to = "failed", duty = ["verify"], needs = ["note"] }
[flow.talk.promise]
begin = { name = "开始", length = "3日", starts = ["filed"], met = ["talking"], void = ["failed"], missed = [{ do = "supervise", who = ["@supervise"] }] }
talk = { name = "期限", length = "30日", most_by_law = "30日", law = "条例 25", jurisdiction = "深圳市", starts = ["talking"], met = ["agreed"], void = ["failed"], missed = [{ do = "supervise", who = ["@supervise"] }] }
keep = { name = "履行", length = "30日", starts = ["agreed"], met = ["kept"], void = ["failed"], missed = [{ do = "supervise", who = ["@supervise"] }] }

[aside.refer]
name = "转请法官"
duty = ["ask"]
refers = ["judge"]
[channel]
web = { name = "网上", answer = ["public"] }
[telling]
refused = { name = "不予受理", on = ["main.step:refused"], to = ["reporter"], doors = ["sms"], text = "{number}不予受理：{reason}" }
paused = { name = "挂账", on = ["main.step:paused"], to = ["reporter"], doors = ["sms"], text = "{number}挂账：{reason}" }
answered = { name = "答复", on = ["main.step:answered"], to = ["reporter"], doors = ["sms"], text = "{number}：{answer}" }
talked = { name = "调解结束", on = ["talk.step:kept", "talk.step:failed"], to = ["party"], doors = ["phone"], text = "{number}调解结束" }
closed = { name = "销号", on = ["main.step:closed", "main.step:let"], to = ["reporter"], doors = ["public"], text = "{number}已办结" }
late = { name = "超期", on = ["main.promise:finish.missed"], to = ["@supervise"], doors = ["inbox"], text = "{number}超期" }
[alike]
main = { name = "其余", radius = 100, days = "14日", like = "35%" }
lamp = { name = "路灯", items = ["X1"], radius = 40, days = "7日", like = "30%" }
green = { name = "环境", classes = ["环境"], radius = 60, days = "7日", like = "30%" }
[alarm]
fire = { name = "起火", call = "119", words = ["着火", "起火"], words_english = ["on fire"] }
[catalogue.common]
name = "清单"
total = 3
classes = ["设施", "环境"]
batches = { "第一批" = 2, "第二批" = 1 }
[admission.items]
catalogue = "common"
applies = ["apply"]
reviews = ["approve"]
[metric]
rate = { name = "办结率", of = { flow = "main" }, num = { closing = ["solved"] }, without = ["refused"] }
[assessment.quarter]
name = "季度"
score = { rate = { metric = "rate", weight = 100 } }
[emergency]
kinds = { flood = "防汛" }
duty = "approve"
renew = "renew"
most = "7日"
purge = "30日"
[privacy]
keep = { matter = "60月", log = "24月" }
module = { mediation = { on = false }, emergency = { on = false } }
"""
ITEMS = """编码,名称,清单,类别,批次,承办,流程,等级,时限,证据,格内,核查
X1,路灯不亮,common,设施,第一批,网格员,main,一般,3日,可选,是,
X2,楼道杂物,common,环境,第一批,网格员,main,一般,3日,可选,是,抽查
X3,水管破裂,common,设施,第二批,水务站,main,紧急,4小时,照片,否,
"""


def write(place: Path, model: str = MODEL, items: str = ITEMS) -> Path:
    """A folder `small` below `place`."""
    folder = place / "small"
    folder.mkdir(exist_ok=True)
    (folder / "model.toml").write_text(model, encoding="utf-8")
    (folder / "items.csv").write_text(items, encoding="utf-8")
    return folder


def changed(text: str, old: str, new: str) -> str:
    """The text with one place changed; there must be exactly one."""
    assert text.count(old) == 1, (text.count(old), old)
    return text.replace(old, new)


def proved(place: Path, old: str = "", new: str = "", *, items: bool = False) -> Proof:
    """The proof of the small folder with one change."""
    if items:
        return check(write(place, MODEL, changed(ITEMS, old, new)))
    return check(write(place, changed(MODEL, old, new) if old else MODEL))


def line_of(text: str, words: str) -> int:
    """The line on which these words stand."""
    return text[: text.index(words)].count("\n") + 1


def one(proof: Proof, code: str) -> Finding:
    """The first finding of this code."""
    found = [finding for finding in proof.findings if finding.code == code]
    assert found, [str(finding) for finding in proof.findings]
    return found[0]

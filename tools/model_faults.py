"""Single faults of a governance model, by dice: each takes the tables and rows of a model and spoils one thing in them.

A fault changes what it was given in place and says in one line what it did; where there is nothing of its kind to spoil it
says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random
from typing import Any

Table = dict[str, Any]
Spoil = Callable[["Model"], str]


@dataclass
class Model:
    """Tables of model.toml and rows of items.csv, to be spoiled."""

    dice: Random
    tables: Table
    rows: dict[str, Table]

    def some(self, of: Iterable[Any]) -> Any:
        found = list(of)
        return self.dice.choice(found) if found else None

    def table(self, name: str) -> tuple[str, Table]:
        """One entry of a table; two empty ones where it has none."""
        found = self.tables.get(name) or {}
        key = self.some(found)
        return (key, found[key]) if key else ("", {})

    def part(self, name: str, having: Callable[[Table], object] = bool) -> tuple[str, str, Table]:
        """Flow, id and table of one step, move or promise."""
        flows = self.tables["flow"]
        found = [(f, k, v) for f in flows for k, v in flows[f].get(name, {}).items() if having(v)]
        return self.some(found) or ("", "", {})

    def other(self, known: Iterable[str], *but: str) -> str:
        return str(self.some([one for one in known if one not in but]) or "")

    def steps(self, flow: str) -> Table:
        return dict(self.tables["flow"][flow]["step"])

    def moves(self, flow: str) -> Table:
        return dict(self.tables["flow"][flow]["move"])


SPOILS: dict[str, Spoil] = {}


def fault(spoil: Spoil) -> Spoil:
    SPOILS[spoil.__name__] = spoil
    return spoil


def taken_out(name: str, key: str) -> Spoil:
    """A fault that takes one key of a step, move or promise away."""

    def spoil(m: Model) -> str:
        flow, one, table = m.part(name, lambda t: t.get(key))
        return f"{flow}.{one} {key}={table.pop(key)}" if one else ""

    return spoil


def entry_out(name: str, key: str) -> Spoil:
    """A fault that takes one key of an entry of a table away."""

    def spoil(m: Model) -> str:
        found = [(k, t) for k, t in (m.tables.get(name) or {}).items() if t.get(key)]
        k, table = m.some(found) or ("", {})
        return f"{name}.{k} {key}={table.pop(key)}" if k else ""

    return spoil


def word_out(name: str, key: str) -> Spoil:
    """A fault that takes one word of a list in a step, move or promise away."""

    def spoil(m: Model) -> str:
        flow, one, table = m.part(name, lambda t: t.get(key))
        if not one:
            return ""
        word = m.some(table[key])
        table[key] = [w for w in table[key] if w != word]
        return f"{flow}.{one} {key} without {word}"

    return spoil


def part_out(name: str) -> Spoil:
    """A fault that takes a whole step, move or promise away."""

    def spoil(m: Model) -> str:
        flow, one, _ = m.part(name)
        if one:
            del m.tables["flow"][flow][name][one]
        return f"{flow}.{one}" if one else ""

    return spoil


def table_out(name: str) -> Spoil:
    """A fault that takes a whole entry of a table away."""

    def spoil(m: Model) -> str:
        key, _ = m.table(name)
        if key:
            del m.tables[name][key]
        return f"{name}.{key}" if key else ""

    return spoil


def number(name: str, key: str, by: int) -> Spoil:
    """A fault that makes one number greater or smaller."""

    def spoil(m: Model) -> str:
        found = [(k, t) for k, t in (m.tables.get(name) or {}).items() if t.get(key)]
        k, table = m.some(found) or ("", {})
        if not k or table[key] + by < 0:
            return ""
        table[key] += by
        return f"{name}.{k} {key}={table[key]}"

    return spoil


def cell(column: str, value: str) -> Spoil:
    """A fault that writes something else into one cell of items.csv."""

    def spoil(m: Model) -> str:
        code = m.some([c for c, row in m.rows.items() if row.get(column, "") != value and row.get("流程")])
        if not code:
            return ""
        m.rows[code] = {**m.rows[code], column: value}
        return f"{code} {column}={value}"

    return spoil


SPOILS |= {
    "step_out": part_out("step"), "move_out": part_out("move"), "promise_out": part_out("promise"),
    "waits_out": taken_out("step", "waits_for"), "closing_out": taken_out("step", "closing"),
    "result_out": taken_out("step", "result"), "idle_out": taken_out("step", "idle_because"),
    "from_out": word_out("move", "from"), "duty_out": taken_out("move", "duty"), "who_out": taken_out("move", "who"),
    "guard_out": taken_out("move", "when"), "need_out": word_out("move", "needs"), "limit_out": taken_out("move", "at_most"),
    "opens_out": taken_out("move", "opens"), "calls_out": taken_out("move", "calls"), "tells_out": taken_out("move", "tells"),
    "marks_out": taken_out("move", "marks"), "raises_out": taken_out("move", "raises"),
    "start_out": word_out("promise", "starts"), "met_out": word_out("promise", "met"), "void_out": word_out("promise", "void"),
    "pause_out": word_out("promise", "pauses"), "again_out": taken_out("promise", "again"),
    "law_out": taken_out("promise", "most_by_law"), "law_source_out": taken_out("promise", "law"),
    "jurisdiction_out": taken_out("promise", "jurisdiction"), "missed_out": taken_out("promise", "missed"),
    "apart_out": entry_out("duty", "apart_from"), "held_out": entry_out("duty", "held_by"),
    "vacant": entry_out("post", "never_vacant"), "certificate_out": entry_out("post", "certificate"),
    "sees_out": entry_out("post", "sees"), "must_be_out": entry_out("post", "must_be"), "post_out": table_out("post"),
    "level_out": table_out("level"), "duty_gone": table_out("duty"), "department_out": table_out("department"),
    "staffing_out": table_out("staffing"), "telling_out": table_out("telling"), "channel_out": table_out("channel"),
    "answer_out": entry_out("channel", "answer"), "aside_out": table_out("aside"), "classes_out": entry_out("catalogue", "classes"),
    "total_more": number("catalogue", "total", 1), "total_less": number("catalogue", "total", -1),
    "count_more": number("level", "count", 1), "net_more": number("overlay", "count", 1),
    "published_less": number("post", "published", -200), "refers_out": entry_out("aside", "refers"),
    "unknown_handler": cell("承办", "无此部门"), "unknown_class": cell("类别", "无此类"), "unknown_length": cell("时限", "三天"),
    "out_of_grid": cell("格内", "否"), "drawn_item": cell("核查", "抽查"), "unknown_flow": cell("流程", "nix"),
    "unknown_evidence": cell("证据", "录像"), "forbidden_item": cell("名称", "重点人员走访"),
}  # fmt: skip


@fault
def phase(m: Model) -> str:
    flow, step, table = m.part("step")
    words = ("reported", "accepted", "handling", "suspended", "checking", "answering", "ended")
    was, table["phase"] = table["phase"], m.other(words, table["phase"])
    return f"{flow}.{step} {was}->{table['phase']}"


@fault
def closing(m: Model) -> str:
    flow, step, table = m.part("step", lambda t: t.get("closing"))
    words = ("solved", "unverified", "void", "refused", "merged", "transferred", "withdrawn", "unsolved")
    was, table["closing"] = table.get("closing"), m.other(words, table.get("closing", ""))
    return f"{flow}.{step} {was}->{table['closing']}" if step else ""


@fault
def lost_step(m: Model) -> str:
    flow = m.some(m.tables["flow"])
    m.tables["flow"][flow]["step"]["lost"] = {"name": "走失", "phase": "handling"}
    return f"{flow}.lost"


@fault
def target(m: Model) -> str:
    flow, move, table = m.part("move", lambda t: t.get("to"))
    was, table["to"] = table["to"], m.other(m.steps(flow), table["to"])
    return f"{flow}.{move} {was}->{table['to']}"


@fault
def stays(m: Model) -> str:
    flow, move, table = m.part("move", lambda t: t.get("to"))
    return f"{flow}.{move} was {table.pop('to')}"


@fault
def source(m: Model) -> str:
    flow, move, table = m.part("move", lambda t: t.get("from"))
    more = m.other([s for s, t in m.steps(flow).items() if t["phase"] != "ended"], *table["from"])
    table["from"] = [*table["from"], more] if more else table["from"]
    return f"{flow}.{move} also from {more}" if more else ""


@fault
def other_duty(m: Model) -> str:
    flow, move, table = m.part("move", lambda t: t.get("duty"))
    kinds = {m.tables["duty"].get(d, {}).get("kind") for d in table["duty"]}
    duty = m.some([d for d, t in m.tables["duty"].items() if t.get("kind") not in kinds])
    was, table["duty"] = table["duty"], [duty]
    return f"{flow}.{move} {was}->{duty}"


@fault
def guard(m: Model) -> str:
    flow, move, table = m.part(
        "move", lambda t: any(isinstance(v, bool) for v in (t.get("when") or {}).values())
    )
    if not move:
        return ""
    word = m.some([w for w, v in table["when"].items() if isinstance(v, bool)])
    table["when"] = table["when"] | {word: not table["when"][word]}
    return f"{flow}.{move} {word}={table['when'][word]}"


@fault
def new_guard(m: Model) -> str:
    flow, move, table = m.part("move", lambda t: not t.get("when"))
    word = m.some(("in_grid", "low", "department"))
    table["when"] = {word: m.dice.random() < 0.5}
    return f"{flow}.{move} {table['when']}"


@fault
def order_guard(m: Model) -> str:
    flow, move, table = m.part("move", lambda t: (t.get("when") or {}).get("orders"))
    if not move:
        return ""
    turned = {"done": "failed", "failed": "done"}[table["when"]["orders"]]
    table["when"] = table["when"] | {"orders": turned}
    return f"{flow}.{move} orders={turned}"


@fault
def house_takes_it(m: Model) -> str:
    flow, move, table = m.part("move", lambda t: t.get("duty") and not t.get("needs"))
    return f"{flow}.{move} without {table.pop('duty')}" if move else ""


@fault
def outsider_takes_it(m: Model) -> str:
    flow, move, table = m.part("move", lambda t: t.get("duty"))
    table["who"] = ["reporter"]
    return f"{flow}.{move} without {table.pop('duty')}, by the reporter"


@fault
def limit(m: Model) -> str:
    flow, move, table = m.part("move", lambda t: t.get("at_most"))
    table["at_most"] = table.get("at_most", 0) + 2
    return f"{flow}.{move} at_most={table['at_most']}" if move else ""


@fault
def wrong_start(m: Model) -> str:
    flow, rule, table = m.part("promise")
    table["starts"] = [m.other(m.steps(flow), *table["starts"])]
    return f"{flow}.{rule} starts={table['starts']}"


@fault
def wrong_met(m: Model) -> str:
    flow, rule, table = m.part("promise")
    table["met"] = [m.other(m.steps(flow), *table["met"])]
    return f"{flow}.{rule} met={table['met']}"


@fault
def met_by_start(m: Model) -> str:
    flow, rule, table = m.part("promise")
    table["met"] = [*table["met"], table["starts"][0]]
    return f"{flow}.{rule} met by {table['starts'][0]}"


@fault
def more_pause(m: Model) -> str:
    flow, rule, table = m.part("promise")
    step = m.other(m.steps(flow), *table.get("pauses", ()))
    table["pauses"] = [*table.get("pauses", ()), step]
    return f"{flow}.{rule} pauses in {step}"


@fault
def only_told(m: Model) -> str:
    flow, rule, table = m.part("promise", lambda t: any(c["do"] != "tell" for c in t["missed"]))
    table["missed"] = [{"do": "tell", "who": ["@supervise"]}]
    return f"{flow}.{rule} only tells"


@fault
def nothing_missed(m: Model) -> str:
    flow, rule, table = m.part("promise")
    table["missed"] = []
    return f"{flow}.{rule}"


@fault
def clock_acts(m: Model) -> str:
    flow, rule, table = m.part("promise")
    move = m.some(
        [
            k
            for k, t in m.moves(flow).items()
            if t.get("duty") and set(t.get("from", ())) & set(table["starts"])
        ]
    )
    if not move:
        return ""
    table["missed"] = [{"do": "move", "move": move}]
    return f"{flow}.{rule} takes {move}"


@fault
def longer(m: Model) -> str:
    flow, rule, table = m.part(
        "promise", lambda t: isinstance(t.get("length"), str) and t["length"] not in ("item", "source")
    )
    was, table["length"] = table.get("length"), "600日"
    return f"{flow}.{rule} {was}->600日" if rule else ""


@fault
def one_length(m: Model) -> str:
    flow, rule, table = m.part("promise", lambda t: isinstance(t.get("length"), dict))
    if not rule:
        return ""
    table["length"] = "600日"
    return f"{flow}.{rule} 600日 for every grade"


@fault
def grade_length_out(m: Model) -> str:
    flow, rule, table = m.part("promise", lambda t: isinstance(t.get("length"), dict))
    if not rule:
        return ""
    grade = m.some(table["length"])
    table["length"] = {k: v for k, v in table["length"].items() if k != grade}
    return f"{flow}.{rule} without {grade}"


@fault
def warns_late(m: Model) -> str:
    flow, rule, table = m.part("promise")
    table["warn"] = "100%"
    return f"{flow}.{rule}"


@fault
def begun_anew(m: Model) -> str:
    flow, rule, table = m.part("promise", lambda t: t.get("again") != "restart")
    table["again"] = "restart"
    return f"{flow}.{rule} again=restart"


@fault
def twin(m: Model) -> str:
    flow, rule, table = m.part("promise")
    m.tables["flow"][flow]["promise"]["twin"] = {**table, "name": "又一个", "length": "1日"}
    return f"{flow}.{rule} twice"


@fault
def extended_by_handler(m: Model) -> str:
    flow, rule, table = m.part("promise", lambda t: t.get("extend"))
    duty = m.some([d for d, t in m.tables["duty"].items() if t.get("kind") == "handle"])
    if not rule or not duty:
        return ""
    table["extend"] = {**table["extend"], "duty": duty}
    return f"{flow}.{rule} extended under {duty}"


@fault
def elsewhere_by_law(m: Model) -> str:
    flow, rule, table = m.part("promise", lambda t: t.get("jurisdiction"))
    table["jurisdiction"] = "某市"
    return f"{flow}.{rule} in 某市" if rule else ""


@fault
def last_holder_out(m: Model) -> str:
    duty = m.some([d for d, t in m.tables["duty"].items() if len(t.get("held_by", ())) > 1])
    if not duty:
        return ""
    gone = m.tables["duty"][duty]["held_by"].pop()
    return f"{duty} without {gone}"


@fault
def first_holder_out(m: Model) -> str:
    duty = m.some([d for d, t in m.tables["duty"].items() if len(t.get("held_by", ())) > 1])
    return f"{duty} without {m.tables['duty'][duty]['held_by'].pop(0)}" if duty else ""


@fault
def lowest_holds_it(m: Model) -> str:
    levels = m.tables["level"]
    unders = {
        u
        for t in levels.values()
        for u in ([t["under"]] if isinstance(t.get("under"), str) else t.get("under", ()))
    }
    posts = [p for p, t in m.tables["post"].items() if not set(t["levels"]) & unders]
    duty, post = m.some(m.tables["duty"]), m.some(posts)
    if post:
        m.tables["duty"][duty]["held_by"] = [post]
    return f"{duty} held by {post}" if post else ""


@fault
def duty_kind(m: Model) -> str:
    duty, table = m.table("duty")
    kinds = ("handle", "verify", "close", "assign", "triage", "answer", "approve", "meet", "call")
    was, table["kind"] = table["kind"], m.other(kinds, table["kind"])
    return f"{duty} {was}->{table['kind']}"


@fault
def certified_duty(m: Model) -> str:
    duty, table = m.table("duty")
    table["certificate"] = ["无人有的证"]
    return duty


@fault
def one_post_for_two(m: Model) -> str:
    first, second = m.some(m.tables["post"]), m.some(m.tables["post"])
    m.tables["post"][first]["also"] = [*m.tables["post"][first].get("also", ()), second]
    return f"{first} also {second}" if first != second else ""


@fault
def post_moves_down(m: Model) -> str:
    root = next(k for k, t in m.tables["level"].items() if not t.get("under"))
    post = m.some([p for p, t in m.tables["post"].items() if t["levels"] == [root]])
    level = m.other(m.tables["level"], root)
    if not post:
        return ""
    m.tables["post"][post]["levels"] = [level]
    return f"{post} at {level}"


@fault
def fewer_at_the_root(m: Model) -> str:
    found = [
        (r, p)
        for r, t in (m.tables.get("staffing") or {}).items()
        for p, n in t.get("least", {}).items()
        if n > 1
    ]
    rule, post = m.some(found) or ("", "")
    if not rule:
        return ""
    m.tables["staffing"][rule]["least"] = {**m.tables["staffing"][rule]["least"], post: 1}
    return f"{rule} {post}=1"


@fault
def volunteer_sees(m: Model) -> str:
    post = m.some([p for p, t in m.tables["post"].items() if t.get("full_time") == "volunteer"])
    if post:
        m.tables["post"][post]["sees"] = "ground"
    return f"{post} sees ground" if post else ""


@fault
def second_root(m: Model) -> str:
    level = m.some([k for k, t in m.tables["level"].items() if t.get("under")])
    return f"{level} under nothing, was {m.tables['level'][level].pop('under')}" if level else ""


@fault
def level_circle(m: Model) -> str:
    level = m.some(m.tables["level"])
    m.tables["level"][level]["under"] = level
    return f"{level} under itself"


@fault
def same_order(m: Model) -> str:
    scheme = m.some([k for k, t in (m.tables.get("grades") or {}).items() if len(t["grade"]) > 1])
    if not scheme:
        return ""
    for grade in m.tables["grades"][scheme]["grade"].values():
        grade["order"] = 1
    return scheme


@fault
def grade_out(m: Model) -> str:
    scheme, table = m.table("grades")
    if not scheme:
        return ""
    grade = m.some(table["grade"])
    del table["grade"][grade]
    return f"{scheme}.{grade}"


@fault
def tells_another(m: Model) -> str:
    key = m.some([k for k, t in (m.tables.get("telling") or {}).items() if "reporter" in t["to"]])
    if key:
        m.tables["telling"][key]["to"] = ["@supervise"]
    return f"{key} to @supervise" if key else ""


@fault
def tells_later(m: Model) -> str:
    key, table = m.table("telling")
    if not key:
        return ""
    flow = table["on"][0].partition(".")[0]
    table["on"] = [f"{flow}.step:{m.some(m.steps(flow))}"]
    return f"{key} on {table['on'][0]}"


@fault
def tells_too_much(m: Model) -> str:
    key, table = m.table("telling")
    field = m.some(("reporter_name", "id_number", "reason", "answer"))
    if key:
        table["text"] += f"{{{field}}}"
    return f"{key} with {field}" if key else ""


@fault
def tells_a_group(m: Model) -> str:
    key = m.some([k for k, t in (m.tables.get("telling") or {}).items() if "{reason}" in t["text"]])
    if key:
        m.tables["telling"][key]["doors"] = ["wecom_robot"]
    return f"{key} to a group" if key else ""


@fault
def long_telling(m: Model) -> str:
    key = m.some([k for k, t in (m.tables.get("telling") or {}).items() if "sms" in t["doors"]])
    if key:
        m.tables["telling"][key]["text"] += "请知悉。" * 60
    return f"{key} too long" if key else ""


@fault
def channel_to_nowhere(m: Model) -> str:
    key, table = m.table("channel")
    if key:
        table["flow"] = "nix"
    return f"{key} to nix" if key else ""


@fault
def counts_both(m: Model) -> str:
    key = m.some(
        [k for k, t in m.tables["metric"].items() if "solved" in (t.get("num") or {}).get("closing", ())]
    )
    if key:
        m.tables["metric"][key]["without"] = ["solved"]
    return f"{key} without solved" if key else ""


@fault
def counts_unverified(m: Model) -> str:
    key = m.some(
        [k for k, t in m.tables["metric"].items() if (t.get("num") or {}).get("closing") == ["solved"]]
    )
    if key:
        m.tables["metric"][key]["num"] = {
            **m.tables["metric"][key]["num"],
            "closing": ["solved", "unverified"],
        }
    return f"{key} counts both" if key else ""


@fault
def counts_nothing(m: Model) -> str:
    key, table = m.table("metric")
    if key:
        table["of"] = {**table["of"], "used": ["nix"]}
    return f"{key} of nix" if key else ""


@fault
def weights(m: Model) -> str:
    key, table = m.table("assessment")
    if not key:
        return ""
    score = m.some(table["score"])
    table["score"][score]["weight"] += 5
    return f"{key}.{score}"


@fault
def kept_too_long(m: Model) -> str:
    if not m.tables.get("emergency"):
        return ""
    m.tables["emergency"]["purge"] = "180日"
    return "emergency.purge=180日"


@fault
def renewed_by_same(m: Model) -> str:
    if not m.tables.get("emergency"):
        return ""
    m.tables["emergency"]["renew"] = m.tables["emergency"]["duty"]
    return "emergency.renew=duty"


@fault
def admitted_by_same(m: Model) -> str:
    key, table = m.table("admission")
    if key:
        table["reviews"] = table["applies"]
    return f"{key} reviewed by who applies" if key else ""


@fault
def small_cells(m: Model) -> str:
    m.tables["privacy"]["min_cell"] = 2
    return "min_cell=2"


@fault
def short_log(m: Model) -> str:
    m.tables["privacy"]["keep"] = {**m.tables["privacy"]["keep"], "log": "1月"}
    return "log=1月"


@fault
def kept_for_ever(m: Model) -> str:
    word = m.some(("matter", "log"))
    m.tables["privacy"]["keep"] = {k: v for k, v in m.tables["privacy"]["keep"].items() if k != word}
    return f"keep without {word}"


@fault
def module_on(m: Model) -> str:
    name = m.some(m.tables["privacy"].get("module") or {})
    if name:
        m.tables["privacy"]["module"][name]["on"] = True
    return f"{name} on" if name else ""


@fault
def forbidden_word(m: Model) -> str:
    table = m.some(("post", "duty", "level", "department"))
    key, entry = m.table(table)
    if key:
        entry["name"] += m.some(("积分", "排行榜", "打卡", "重点人员"))
    return f"{table}.{key} {entry.get('name')}" if key else ""


@fault
def never_drawn(m: Model) -> str:
    flow = m.some(
        [
            f
            for f, t in m.tables["flow"].items()
            if any((v.get("when") or {}).get("low") for v in t["move"].values())
        ]
    )
    if flow:
        m.tables["flow"][flow]["sample"] = "0%"
    return f"{flow} sample=0%" if flow else ""


@fault
def own_grid_looks(m: Model) -> str:
    held = [(d, w) for d, t in m.tables["duty"].items() for w in t.get("held_by", ()) if w.endswith("@other")]
    duty, word = m.some(held) or ("", "")
    if duty:
        words = m.tables["duty"][duty]["held_by"]
        words[words.index(word)] = word.partition("@")[0]
    return f"{duty} {word} -> own grid" if duty else ""


@fault
def batch_off(m: Model) -> str:
    key = m.some([k for k, t in m.tables["catalogue"].items() if t.get("batches")])
    if not key:
        return ""
    batch = m.some(m.tables["catalogue"][key]["batches"])
    m.tables["catalogue"][key]["batches"] = {**m.tables["catalogue"][key]["batches"], batch: 1}
    return f"{key} {batch}=1"


@fault
def row_out(m: Model) -> str:
    code = m.some(m.rows)
    del m.rows[code]
    return code


@fault
def unknown_key(m: Model) -> str:
    table = m.some(("post", "duty", "level", "telling"))
    key, entry = m.table(table)
    entry["nix"] = 1
    return f"{table}.{key}.nix" if key else ""


@fault
def unknown_holder(m: Model) -> str:
    duty, table = m.table("duty")
    table["held_by"] = [*table.get("held_by", ()), "nix"]
    return f"{duty} held by nix"


@fault
def large_quorum(m: Model) -> str:
    key, table = m.table("council")
    if key:
        table["quorum"] = "5/4"
    return f"{key} quorum=5/4" if key else ""

"""Proves a receipt of Gezhi, alone, without any server: python3 receipt_verify.py RECEIPT [ROOTS]"""

import hashlib
import hmac
import json
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

UNREADABLE = (OSError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError)
SAID = {  # what was found: exit code, Chinese, English
    "proved": (0, "证明成立：这条记录在 {day} 公布的日根之内，封存于 {sealed}，此后没有删改。", "Proved: the entry is under the published root of {day}; it was sealed at {sealed} and has not changed since."),
    "unreadable": (1, "读不懂：不是格治的回执或日根文件，或者文件不完整。", "This cannot be read: it is no receipt or roots file of Gezhi, or a part of it is missing."),
    "no_proof": (3, "还不能证明：这份回执没有附证明。所在那一天的日根公布以后，请取一份新的回执。", "Not provable yet: the receipt holds no proof. Take it anew once the root of its day is published."),
    "no_day": (3, "还不能证明：回执自身前后一致，请与公布的日根相对：{day} 的日根应为 {root}", "Not provable yet: the receipt agrees with itself; compare the published root of {day}, which must be {root}"),
    "altered": (4, "改过了：记录的内容算不出它的哈希，或者与回执写的时间、摘要不符。", "Altered: the entry does not give its hash, or is not of the moment or digest that the receipt names."),
    "words": (4, "原话改过了：与登记时的摘要对不上。", "Altered: the words are not those that were registered."),
    "missing": (5, "不在账内：证明到不了 {day} 公布的日根。记录被删改过，或者回执和日根不是同一处的。", "Not contained: the proof does not lead to the published root of {day}. The entry was dropped or altered, or receipt and roots are not of one place."),
    "broken": (6, "日根断了：{day} 与前一天相连不上，或被改过。", "The roots are broken: {day} does not follow from the day before, or was altered."),
    "overdue": (7, "该有证明而没有：{day} 的日根都公布了。请要一份带证明的回执；给不出，就是这一条被删了。", "A proof is due: {day} is published already. Ask for the receipt with its proof; if none is given, the entry was dropped."),
}  # fmt: skip


def sha(*parts: bytes | str | int) -> bytes:
    """SHA-256 over bytes, hexadecimal words, and whole numbers of eight bytes."""
    plain = (p.to_bytes(8, "big") if isinstance(p, int) else p for p in parts)
    return hashlib.sha256(b"".join(bytes.fromhex(p) if isinstance(p, str) else p for p in plain)).digest()


def climb(leaf: bytes, steps: list[str]) -> bytes:
    """The root of a tree: from a leaf past the neighbours on its way, left (L…) or right (R…)."""
    node = sha(b"\0", leaf)
    for step in steps:
        node = sha(b"\1", step[1:], node) if step[0] == "L" else sha(b"\1", node, step[1:])
    return node


def broken_at(days: list[dict[str, Any]]) -> str:
    """The first day that does not follow from the one before it in the file; empty where each does."""
    for before, day in zip([{"last": 0, "chain": "00" * 32}, *days], days, strict=False):
        first, head = int(day["first"]), int(date.fromisoformat(day["day"]).strftime("%Y%m%d"))
        made = sha(b"\3", day["before"], head, first, int(day["last"]), int(day["entries"]), day["root"])
        follows = (int(before["last"]) + 1, before["chain"]) == (first, day["before"])
        if made.hex() != day["chain"] or not (follows or (day is days[0] and first > 1)):
            return str(day["day"])
    return ""


def check(receipt: dict[str, Any], roots: dict[str, Any] | None = None) -> tuple[str, dict[str, str]]:
    """What was found, a key of SAID, and what its sentence names."""
    text, line, days = receipt["text"] or {}, receipt["entry"], roots["days"] if roots else []
    moment, words = datetime.fromisoformat(receipt["moment"]), (text.get("words") or "").strip().encode()
    if line is not None:
        parts, told, at = line.split("\n"), f"{text.get('id')}:{text.get('digest')}", moment.timestamp()
        same = (not text or told in json.loads(parts[8])["texts"]) and abs(int(parts[7]) / 1e6 - at) < 1
        if not same or hashlib.sha256(line.encode()).hexdigest() != receipt["hash"]:
            return "altered", {}
    if words and hmac.new(bytes.fromhex(text["salt"]), words, "sha256").hexdigest() != text["digest"]:
        return "words", {}
    if day := broken_at(days):
        return "broken", {"day": day}
    if (proof := receipt["proof"]) is None:
        late = [one["day"] for one in days if date.fromisoformat(one["day"]) > moment.date() + timedelta(1)]
        return ("overdue", {"day": late[0]}) if late else ("no_proof", {})
    day, at, batch = proof["day"], proof["sealed_at"], climb(bytes.fromhex(receipt["hash"]), proof["path"])
    chain = sha(b"\2", proof["before"], proof["batch"], proof["count"], at, batch)
    root, sealed = climb(chain, proof["day_path"]).hex(), datetime.fromtimestamp(at // 10**6, moment.tzinfo)
    held = [one["root"] == root for one in days if one["day"] == str(date.fromisoformat(day))]
    found = ("proved" if held[0] else "missing") if held else "no_day"
    return found, {"day": day, "root": root, "sealed": str(sealed)}


if __name__ == "__main__":
    try:
        found, named = check(*[json.loads(Path(file).read_text("utf-8-sig")) for file in sys.argv[1:3]])
    except UNREADABLE:
        found, named = "unreadable", {}
    print("\n".join(said.format(**named) for said in SAID[found][1:]))
    sys.exit(SAID[found][0])

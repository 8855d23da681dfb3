"""The words of the handbook: Chinese, or English where the model gives it. Both stand side by side in the code.

The rules know no catalogue of translations, so a sentence is said in both languages at once: `say("期限", "Promise")`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from gezhi.rules import length as lengths
from gezhi.rules import who
from gezhi.rules.model import Flow, Grade, Item, Model, Move

EXAMPLE = "示例"
UNITS = {
    "minute": "minute",
    "hour": "hour",
    "day": "day",
    "week": "week",
    "month": "month",
    "workday": "working day",
    "workhour": "working hour",
    "servicehour": "hour of service",
    "serviceminute": "minute of service",
}
WORDS = {
    "reported": ("上报", "Reported"),
    "accepted": ("受理", "Accepted"),
    "handling": ("处置", "Handling"),
    "suspended": ("挂起", "Suspended"),
    "checking": ("核查", "Checking"),
    "answering": ("反馈", "Answering"),
    "ended": ("结束", "Ended"),
    "solved": ("已解决", "solved"),
    "unverified": ("已解决，未核查", "solved, not verified"),
    "void": ("无效", "void"),
    "refused": ("不予受理", "not admitted"),
    "merged": ("并案", "merged"),
    "transferred": ("转出", "transferred"),
    "withdrawn": ("撤回", "withdrawn"),
    "unsolved": ("未解决", "unsolved"),
    "done": ("办成", "done"),
    "failed": ("没有办成", "not done"),
    "matter": ("事项", "matter"),
    "order": ("单子", "order"),
    "issue": ("议题", "issue"),
    "dispute": ("纠纷", "dispute"),
    "report": ("上报", "report"),
    "triage": ("受理", "accept"),
    "assign": ("分派", "assign"),
    "handle": ("处置", "handle"),
    "call": ("申请", "call"),
    "review": ("审核", "review"),
    "arbitrate": ("裁定", "arbitrate"),
    "approve": ("批准", "approve"),
    "verify": ("核查", "verify"),
    "close": ("销号", "close"),
    "answer": ("答复", "answer"),
    "meet": ("接待和召集", "meet"),
    "supervise": ("督办", "supervise"),
    "note": ("说明", "a note"),
    "photo": ("照片", "a photo"),
    "file": ("文件", "a file"),
    "place": ("地点", "the place"),
    "receipt": ("回执", "a receipt"),
    "consent": ("当事人同意", "consent"),
    "second_person": ("另一人同签", "a second person's signature"),
    "reporter": ("反映人", "the reporter"),
    "party": ("当事人", "the party"),
    "inbox": ("待办", "inbox"),
    "sms": ("短信", "text message"),
    "phone": ("电话", "phone"),
    "wechat": ("微信", "WeChat"),
    "wecom_robot": ("企业微信群", "WeCom group"),
    "email": ("邮件", "e-mail"),
    "print": ("纸质", "paper"),
    "public": ("查询页", "public page"),
    "unit": ("单元", "unit"),
    "class": ("类别", "class"),
    "grade": ("等级", "grade"),
    "channel": ("渠道", "channel"),
    "department": ("部门", "department"),
    "item": ("事项", "item"),
    "period": ("时段", "period"),
    "system": ("系统管理", "system"),
    "security": ("安全管理", "security"),
    "audit": ("审计", "audit"),
    "privacy": ("个人信息保护", "personal information"),
    "full": ("专职", "full time"),
    "part": ("兼职", "part time"),
    "professional": ("专业", "professional"),
    "volunteer": ("志愿", "volunteer"),
    "any": ("不限", "any"),
}


MODULES = {
    "care": ("关爱走访", "care"),
    "minors": ("未成年人", "minors"),
    "mediation": ("调解", "mediation"),
    "party": ("党建", "party work"),
    "emergency": ("应急", "emergency"),
    "secretary": ("书记在线", "secretary online"),
}


STANDING = {
    "未说明": "not stated", EXAMPLE: "example", "本地": "local", "本地规定": "local rule", "全国": "whole country",
    "协商": "by agreement", "发令单": "order", "哨令": "whistle",
}  # fmt: skip
"""Texts that stand in every model for the same thing."""


class Labelled(Protocol):
    """Anything of the model that people call by a name."""

    @property
    def name(self) -> str: ...
    @property
    def english(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language over one model."""

    model: Model
    english: bool = False

    def say(self, chinese: str, english: str, **values: object) -> str:
        """The sentence in this language, with its values."""
        said = english.replace("“", '"').replace("”", '"') if self.english else chinese
        return said.format(**values) if values else said

    def label(self, thing: Labelled) -> str:
        return thing.english if self.english and thing.english else thing.name

    def text(self, text: str) -> str:
        """A text of the model; the few that stand for "nothing was said" are said in this language."""
        return self.say(text, STANDING[text]) if text in STANDING else text

    def word(self, word: str) -> str:
        """A word of the closed lists as people say it; the word itself where there is none."""
        return self.say(*WORDS[word]) if word in WORDS else word

    def module(self, id: str) -> str:
        """A sensitive module."""
        return self.say(*MODULES[id]) if id in MODULES else id

    def join(self, parts: Iterable[str]) -> str:
        """One, two and three."""
        return self.say("、", ", ").join(part for part in parts if part)

    def or_(self, parts: Iterable[str]) -> str:
        """One, two or three."""
        said = list(dict.fromkeys(part for part in parts if part))
        if len(said) < 2:
            return "".join(said)
        return self.join(said[:-1]) + self.say("或", " or ") + said[-1]

    def yes(self, is_so: bool) -> str:
        return self.say("是", "yes") if is_so else self.say("否", "no")

    def quoted(self, text: str) -> str:
        return self.say("「{text}」", "“{text}”", text=text) if text else ""

    def length(self, word: str) -> str:
        """A length as the reader says it: 5工作日, 5 working days."""
        if word == "item":
            return self.say("按事项时限", "by item")
        if word == "source":
            return self.say("随来件", "came with the record")
        try:
            said = lengths.parse(word)
        except lengths.LengthError:
            return word
        if not self.english:
            return str(said)
        return f"{said.amount} {UNITS[said.unit]}{'' if said.amount == 1 else 's'}"

    def level(self, id: str) -> str:
        return self.label(self.model.levels[id]) if id in self.model.levels else id

    def post(self, id: str) -> str:
        return self.label(self.model.posts[id]) if id in self.model.posts else id

    def department(self, id: str) -> str:
        return self.label(self.model.departments[id]) if id in self.model.departments else id

    def duty(self, id: str) -> str:
        return self.label(self.model.duties[id]) if id in self.model.duties else id

    def category(self, item: Item) -> str:
        """The class of an item, where its catalogue says it in English."""
        said = self.model.catalogues[item.catalogue].classes_english if self.english else {}
        return said.get(item.category, item.category)

    def grade(self, id: str, scheme: str = "") -> str:
        found: Grade | None = None
        for grades in self.model.grades.values():
            if id in grades.grade and (not scheme or grades.id == scheme):
                found = found or grades.grade[id]
        return self.label(found) if found else id

    def who(self, words: Iterable[str]) -> str:
        """Who-words as people say them, the first that is asked first."""
        return self.or_(self.one(word) for word in words)

    def one(self, word: str) -> str:
        """One who-word."""
        said = who.parse(word)
        if said.kind == "post":
            return self.post(said.id) + self._where(said.where)
        if said.kind == "department":
            return self._department(said.id)
        if said.kind == "duty":
            held = self.model.duties[said.id].held_by if said.id in self.model.duties else ()
            return self.say(
                "{duty}的人（{who}）",
                "who holds “{duty}” ({who})",
                duty=self.duty(said.id),
                who=self.who(held),
            )
        fixed = {
            "issuer": self.say("发出单子的人", "who issued the order"),
            "handler": self.say("上一个处置的人", "who handled it last"),
            "grade": self.say("该等级的接待人", "who meets by grade"),
        }
        return fixed.get(said.kind) or self.word(said.id)

    def _where(self, where: str) -> str:
        if where == "command":
            return self.say("（从指挥的单元算起）", " (from the unit that commands)")
        if where == "other":
            return self.say("（别的单元的）", " (of another unit)")
        if where in self.model.levels:
            return self.say("（{level}一级）", " ({level})", level=self.level(where))
        return ""

    def _department(self, id: str) -> str:
        if id in who.DEPARTMENTS:
            return {
                "now": self.say("承办部门", "the handling department"),
                "item": self.say("清单写明的承办部门", "the department the list names"),
                "called": self.say("被叫到的部门", "the department called"),
            }[id]
        return self.department(id)

    def mark(self, id: str) -> str:
        """A mark that a move leaves, by the name of the move."""
        moves = (move for flow in self.model.flows.values() for move in flow.move.values())
        by = next((move for move in moves if move.marks == id), None)
        return self.quoted(self.label(by)) if by else id

    def reason(self, move: Move, id: str) -> str:
        """One of the reasons of a move."""
        said = move.reasons_english if self.english else {}
        return said.get(id, self.text(move.reasons[id]))

    def gate(self, gate: str, flow: Flow | None = None) -> str:
        """One gate of a move, of this flow where one is named."""
        name, _, what = gate.partition(":")
        if name == "certificate":
            return self.say("持{what}", "certificate {what}", what=what)
        if name == "form":
            return self.say("填{what}", "form {what}", what=what)
        if name == "kept":
            flows = (flow,) if flow else tuple(self.model.flows.values())
            rule = next((one.promise[what] for one in flows if what in one.promise), None)
            said = self.label(rule) if rule else what
            return self.say("期限「{what}」已了结", "promise “{what}” settled", what=said)
        return self.word(name)

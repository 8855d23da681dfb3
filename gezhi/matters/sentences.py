"""The words of a reason: why not, who can, why this desk, why this day. Made from the values that decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gezhi.ledger import digests
from gezhi.matters import spoken
from gezhi.rules import length as lengths
from gezhi.rules import who
from gezhi.rules.steps import Reason

if TYPE_CHECKING:
    from gezhi.matters.scenes import Scene
    from gezhi.rules.model import Catalogue, Item, Model, Move


class Labelled(Protocol):
    """Anything of the model that people call by a name."""

    @property
    def name(self) -> str: ...
    @property
    def english(self) -> str: ...


def label(thing: Labelled) -> str:
    """Its name in the reader's language, where the model gives one."""
    return thing.english if thing.english and (get_language() or "").startswith("en") else thing.name


def category(item: Item, model: Model) -> str:
    """The class of an item in the reader's language, where its catalogue gives one."""
    return class_words(model.catalogues[item.catalogue], item.category)


def class_words(catalogue: Catalogue, name: str) -> str:
    """A class of a catalogue in the reader's language, where it gives one."""
    if not (get_language() or "").startswith("en"):
        return name
    return catalogue.classes_english.get(name, name)


def reason(move: Move, id: str) -> str:
    """One of the reasons of a move in the reader's language; what an older version called so stays its id."""
    english = (get_language() or "").startswith("en")
    return (move.reasons_english.get(id, "") if english else "") or move.reasons.get(id, id)


def basis(word: str) -> str:
    """The paper a rule rests on; the model's 示例 says that there is none."""
    return _("示例，来源没有给出数字") if word == "示例" else word


def who_words(words: tuple[str, ...], model: Model) -> str:
    """Who-words as people say them: 网格员、网格长或网格管理中心."""
    said = list(dict.fromkeys(name for word in words if (name := _who(word, model))))
    if len(said) < 2:
        return "".join(said)
    return _("{some}或{last}").format(some=_("、").join(said[:-1]), last=said[-1])


def _who(word: str, model: Model) -> str:
    one = who.parse(word)
    if one.kind == "post" and one.id in model.posts:
        return label(model.posts[one.id])
    if one.kind == "department":
        return label(model.departments[one.id]) if one.id in model.departments else _("承办部门")
    fixed: dict[str, str] = {
        "issuer": _("发令人"),
        "handler": _("承办人"),
        "outside": _("报告人"),
        "grade": _("按等级确定的人"),
    }
    return fixed.get(one.kind, "")


def why_not(reason: Reason, scene: Scene) -> str:
    """Why a move cannot be taken, in a sentence that names the rule and who can."""
    made = _SENTENCES.get(reason.code)
    if made is not None:
        return made(reason, scene)
    return _("现在不能走这一步。")


def _no_duty(reason: Reason, scene: Scene) -> str:
    words = reason.params.get("who", ())
    can = who_words(words, scene.model) if isinstance(words, tuple) else ""
    if not can:
        return _("我的岗位没有这项职责。")
    return _("我的岗位没有这项职责；{who}可以。").format(who=can)


def _apart(_reason: Reason, scene: Scene) -> str:
    """The model says which duties handle; whoever acted under one of them last is kept apart, and nobody else."""
    duties = [scene.model.duties[duty] for move in scene.flow.moves.values() for duty in move.duty]
    handling = [label(duty) for duty in duties if duty.kind == "handle"]
    return _(
        "最近经手这一件的是我（{handling}才算经手）。核查、裁定、批准和销号要由没有经手的人来做；"
        "受理、分派和答复不算经手，做过的人可以核查，也可以销号。"
    ).format(handling=_("、").join(dict.fromkeys(handling)))


def _wrong_step(reason: Reason, scene: Scene) -> str:
    steps = reason.params.get("from", ())
    names = (
        [label(scene.flow.steps[s]) for s in steps if s in scene.flow.steps]
        if isinstance(steps, tuple)
        else []
    )
    return _("要等到「{steps}」才能做。").format(steps=_("、").join(names))


def _at_most(reason: Reason, _scene: Scene) -> str:
    return _("这个办法最多用 {n} 次，已经用过。").format(n=reason.params.get("times", 1))


def _guard(reason: Reason, _scene: Scene) -> str:
    about = reason.params.get("about")
    if about == "in_grid":
        inside = reason.params.get("needs") == "yes"
        return _("这一项不在格内办理。") if inside else _("这一项在格内办理。")
    if about == "low":
        drawn = reason.params.get("needs") == "yes"
        return _("这一项要逐件核查，不抽查。") if drawn else _("这一项按比例抽查。")
    if about == "drawn":
        return _("这一件没有抽中，不在这里核查。")
    if about == "department":
        with_one = reason.params.get("needs") == "yes"
        return _("这一件不在部门手里。") if with_one else _("这一件在部门手里。")
    if about == "grade":
        return _("这个等级不走这一步。")
    if about == "level":
        return _("要由上一级指挥时才能做。")
    return _("派出去的单子还没有都办完。")


def _evidence(sentence: Callable[[], str]) -> Callable[[Reason, Scene], str]:
    return lambda _reason, _scene: sentence()


_SENTENCES: dict[str, Callable[[Reason, Scene], str]] = {
    "no_duty": _no_duty,
    "apart_from_handler": _apart,
    "apart": _apart,
    "wrong_step": _wrong_step,
    "at_most": _at_most,
    "not_admitted": lambda _reason, _scene: _(
        "这一项没有准入，不能交给网格办，由部门或上一级来办。要交给网格，请承办部门先在“准入”页申请。"
    ),
    "guard": _guard,
    "phase": lambda reason, _scene: _("到了{phases}才能做。").format(
        phases=_("、").join(phase(word) for word in reason.params["phases"])  # type: ignore[union-attr]
    ),
    "not_lead": _evidence(lambda: _("由主办来请；这一件现在不在我手里。")),
    "not_helper": _evidence(lambda: _("请来协办的部门才写协办情况。")),
    "needs_note": _evidence(lambda: _("请写几句说明，报告人和核查的人要看。")),
    "needs_reason": _evidence(lambda: _("请选一项，以后按它计数。")),
    "needs_receipt": _evidence(lambda: _("请写对方受理的回执编号：没有回执，不算转出。")),
    "needs_place": _evidence(lambda: _("还不知道在哪里。请先核对地点，再走这一步。")),
    "needs_second_person": _evidence(lambda: _("这一步要两个人：一人提出，另一人确认。")),
    "needs_photo": _evidence(lambda: _("这一项要附照片。请加一张再交。")),
    "needs_file": _evidence(
        lambda: _("这一步要附文件：上传 PDF、Word 或扫描件，或选一份这件事已出具的文书。")
    ),
    "needs_consent": _evidence(lambda: _("当事人没有同意，不能开始。请写明谁同意、怎么说的、哪一天。")),
    "needs_certificate": lambda reason, _scene: _(
        "这一步要持{kind}的人来办：任职时看过，还没有过期。换了新证的，请系统管理员在“人员和岗位”登记。"
    ).format(kind=reason.params["certificate"]),
    "nobody_to_ask": _evidence(lambda: _("工作人员自己看到的，没有报告人可问。")),
    "needs_kept": _evidence(lambda: _("还有一个期限没有了结。")),
}


def phase(word: str) -> str:
    """A phase of the language as people say it."""
    return {
        "reported": _("上报"),
        "accepted": _("受理"),
        "handling": _("办理中"),
        "suspended": _("挂账中"),
        "checking": _("待核查"),
        "answering": _("待答复"),
        "ended": _("了结"),
    }.get(word, word)


def passed_over(why: str) -> str:
    """Why the search for a desk passed somebody over."""
    return {
        "handled": _("这一件就是他办的，不能自己核自己"),
        "kept": _("原来经办的人仍管这里，不另换人"),
        "not_admitted": _("这一项没有准入，不能交给网格"),
    }.get(why, why)


def located(how: str, flag: str) -> str:
    """How the place is known, or why it is not."""
    if flag == "rounded":
        return _("坐标只到百分之一度（约一公里），分不清在哪个网格，先放在全区，请受理时核对地点。")
    if flag == "outside":
        return _("这个点在全区边界之外，先放在全区，请受理时核对地点。")
    if flag == "missing":
        return _("没有地点，或地址不能唯一确定，先放在全区，请受理时核对地点。")
    if flag == "redrawn":
        return _("待定位：原单元已拆分或撤销，没有坐标可依，或坐标不在接续单元里，先放在上一级，请核对地点。")
    said = {
        "point": _("按地图上的点，落在这个网格的边界里。"),
        "address": _("地址在楼栋名册里只有一处，按它所在的网格。"),
        "unit": _("登记或核对地点时直接选定了这个网格。"),
    }
    return said.get(how, how)


def event(what: str, promise: str) -> str:
    """What happened beside the steps."""
    said = {
        "promise.warned": _("「{promise}」临期"),
        "promise.missed": _("「{promise}」超期"),
        "promise.lapsed": _("「{promise}」期满，没有回音"),
        "promise.recounted": _("工作日历有变，「{promise}」重新计算"),
        "matter.reopened": _("重新打开"),
        "extension.asked": _("申请「{promise}」延期"),
        "extension.granted": _("批准「{promise}」延期"),
        "extension.declined": _("不批准「{promise}」延期"),
        "extension.withdrawn": _("撤回「{promise}」延期申请"),
        "matter.placed": _("核对地点"),
        "matter.joined": _("另一件并入这一件"),
        "matter.left": _("并入的一件撤了回去"),
        "matter.unmerged": _("撤回并案"),
        "matter.reclassed": _("改类"),
        "matter.parted": _("拆分"),
        "matter.carried": _("随地界调整转到新单元"),
        "matter.helped": _("照清单请来一起办"),
        "matter.unwalled": _("撤回回避"),
        "matter.team_named": _("请人进团队"),
        "matter.team_left": _("退出团队"),
        "matter.team_ended": _("请出团队"),
        "matter.raised": _("因「{promise}」超期，提级指挥"),
        "vault.opening_asked": _("请求查看报告人"),
        "vault.opening_allowed": _("同意查看报告人"),
        "vault.opening_refused": _("不同意查看报告人"),
        "vault.opened": _("查看了报告人"),
        "vault.opened_to_tell": _("为发告知，由系统读了报告人的电话"),
        "photo.covered": _("遮盖照片"),
        "photo.uncovered": _("撤销遮盖"),
        "photos.taken": _("下载照片"),
        "file.refused": _("附件没有收下"),
        "file.taken": _("下载附件"),
        "paper.issued": _("出具文书"),
        "paper.voided": _("作废文书"),
        "paper.taken": _("下载文书"),
    }
    return said.get(what, what).format(promise=promise)


def message(what: str, *, called: bool) -> str:
    """What somebody did with a telling that no door delivered; `called`: its reporter had asked to be called."""
    said = {
        "message.passed_on": _("给报告人回了电话") if called else _("由人告知了"),
        "message.by_hand": _("没有送到的告知，改由人告知"),
        "message.again": _("没有送到的告知，再发一次"),
    }
    return said.get(what, what)


def walled(why: str) -> str:
    """What happened where somebody was kept from a matter."""
    return {
        "about": _("记明反映的是谁，依规定回避"),
        "own": _("本人申请回避"),
        "recused": _("记明要回避的人"),
    }.get(why, why)


def rating(word: str) -> str:
    """What the reporter said of the outcome."""
    said = {
        "content": _("评价：满意"),
        "fair": _("评价：基本满意"),
        "discontent": _("评价：不满意"),
        "unreached": _("回访，没有联系上"),
        "none": _("问了没有说"),
    }
    return said.get(word, word)


def heard(facts: Mapping[str, Any]) -> str:
    """How a clerk came by what he recorded for the reporter."""
    said = {
        "phone": _("电话里说的，代记。"),
        "visit": _("上门或来访时说的，代记。"),
        "letter": _("书面说的，代记。"),
    }
    if facts.get("rating") == "unreached":
        return _("等候照旧，到时没有回音由时钟接着走。")
    return said.get(str(facts["how"]), _("代记。"))


def reporting(reporting: str) -> str:
    """How somebody reported: by name or not."""
    said = {
        "anonymous": _("匿名"),
        "confidential": _("保密"),
        "named": _("实名"),
        "staff": _("工作人员"),
    }
    return said.get(reporting, reporting)


def sealed_file(what: str, kind: str) -> str:
    """What happened to a file under seal: the original of a picture, what a picture was before it was covered, or
    an issued paper."""
    said = {
        ("vault.file_sealed", "original"): _("封存照片原件"),
        ("vault.file_opened", "original"): _("查看照片原件"),
        ("vault.file_destroyed", "original"): _("销毁照片原件"),
        ("vault.file_sealed", "paper"): _("封存文书"),
        ("vault.file_destroyed", "paper"): _("销毁文书"),
        ("vault.file_sealed", "attachment"): _("封存附件"),
        ("vault.file_destroyed", "attachment"): _("销毁附件"),
        ("vault.file_sealed", "uncovered"): _("封存遮盖前的照片"),
        ("vault.file_destroyed", "uncovered"): _("销毁遮盖前的照片"),
    }
    return said.get((what, kind), what)


def by_paper(number: str) -> str:
    """That an issued paper served as the document that a step asks for."""
    return _("以文书为附件：{number}").format(number=number or _("已作废"))


def attached(names: Iterable[str]) -> str:
    """Which documents came with a step."""
    said = _("、").join(name or _("附件") for name in names)
    return _("附件：{names}").format(names=said) if said else ""


def extended(facts: Mapping[str, Any]) -> str:
    """By how much, and from which due moment to which where it was granted, from an entry `extension.*`."""
    more = spoken.written(str(lengths.Length(facts["amount"], facts["unit"])))
    if "before" not in facts:
        return _("延 {more}").format(more=more)
    was, due = (_due_words(facts[key]) for key in ("before", "due"))
    return _("延 {more}：到期从 {was} 改为 {due}。").format(more=more, was=was, due=due)


PROPOSALS = frozenset(("matter.proposed", "matter.proposal_declined", "matter.proposal_withdrawn"))


def proposal(what: str, move: str) -> str:
    """What became of a step that needs two."""
    said = {
        "matter.proposed": _("提请「{move}」，等第二人确认"),
        "matter.proposal_declined": _("不同意「{move}」"),
        "matter.proposal_withdrawn": _("撤回提请「{move}」"),
    }
    return said[what].format(move=move)


def recounted(facts: Mapping[str, Any]) -> str:
    """The due moment before and after the work calendar changed, from the entry `promise.recounted`."""
    was, due = (_due_words(facts[key]) for key in ("was", "due"))
    said = _("到期从 {was} 改为 {due}。").format(was=was, due=due)
    return said + _("照新日历已经到期，所以给到当天结束。") if facts.get("held") else said


def _due_words(stamped: int) -> str:
    return due_words(digests.moment(stamped))


def due_words(at: datetime, day: str = "%Y-%m-%d") -> str:
    """A due moment as people say it, its day in the format `day`: midnight ends the day before."""
    local = timezone.localtime(at)
    if local.hour or local.minute:
        return f"{local:{day} %H:%M}"
    return f"{local.date() - timedelta(days=1):{day}} 24:00"

"""What can be changed about one person's posts and account: each act read from its form, put in a sentence, made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger.actor import Actor
from gezhi.matters import vacancies
from gezhi.notify import hooks
from gezhi.people import directory, services
from gezhi.people import queries as people
from gezhi.people.certificates import asked_of
from gezhi.people.directory import StaffLine, TermLine
from gezhi.people.queries import desk_word
from gezhi.people.services import Appointment, StandIn
from gezhi.setup import gate, papers, seats
from gezhi.setup.seats import Seat
from gezhi.setup.settling import Change
from gezhi.setup.views.staff_words import days_said


@dataclass(frozen=True, slots=True)
class Ask:
    """What was asked for on one person's page: by whom, of whom, when, and the form."""

    request: HttpRequest
    form: dict[str, str]
    who: StaffLine
    by: Actor
    at: datetime
    today: date
    back: str

    def term(self) -> TermLine:
        """The term that the form names, of this person."""
        for one in directory.terms_of([self.who.account]):
            if one.term.hex == self.form.get("term"):
                return one
        raise NotFound(_("没有这个任期，或它已经结束。"))

    def mark(self, *seats_too: Seat) -> str:
        """What a change of this person's posts rests on: their terms, and everybody's at the seats it is about."""
        found = directory.terms_of([self.who.account])
        for seat in seats_too:
            found += directory.terms_at(seat.post, seat.department, seat.unit)
        return directory.mark_of(found, directory.staff_of(self.who.account))

    def change(
        self,
        said: str,
        act: Callable[[], object],
        verb: str,
        done: str,
        *about: Seat,
        more: tuple[str, ...] = (),
    ) -> Change:
        """A change of this person's, which leads back to their page."""
        return Change(
            said=said, act=act, verb=verb, done=done, more=more, then=self.back,
            mark=partial(self.mark, *about),
        )  # fmt: skip


def appointed(ask: Ask) -> Change:
    """To a post, from a day, perhaps until a day."""
    wanted, seat = appointment(ask.form, ask.who.account)
    model = seats.day(wanted.from_on).model
    said = _("{days}，{name}是{seat}。").format(
        days=days_said(wanted.from_on, wanted.to_on), name=ask.who.name, seat=seats.said(seat, wanted.from_on)
    )
    act = partial(services.appoint, wanted, model, by=ask.by, at=ask.at)
    done = _("任命已登记：{said}").format(said=said)
    return ask.change(said, act, _("确认任命"), done, seat, more=_what_it_opens(wanted, ask.today))


def appointment(form: dict[str, str], account: UUID) -> tuple[Appointment, Seat]:
    """What the fields `seat`, `unit`, `from_on`, `last`, those of certificates and `note` say. Raises `Refused` at one
    of them."""
    from_on = seats.typed_day(form.get("from_on", ""), "from_on", past=True)
    seat = seats.typed(form.get("seat", ""), form.get("unit", "").strip(), from_on)
    last = form.get("last", "")
    to_on = seats.typed_day(last, "last", past=True) + seats.DAY if last.strip() else None
    wanted = Appointment(
        account=account,
        post=seat.post,
        unit=seat.unit,
        department=seat.department,
        from_on=from_on,
        to_on=to_on,
        certificates=papers.shown(form, asked_of(seat.post, seats.day(from_on).model)),
        note=form.get("note", ""),
    )
    return wanted, seat


def _what_it_opens(wanted: Appointment, today: date) -> tuple[str, ...]:
    day = seats.day(wanted.from_on)
    post = day.model.posts.get(wanted.post)
    told = [_("到那天自动生效；在那以前可以撤回。")] if wanted.from_on > today else []
    if wanted.from_on < today:
        told.append(_("补登：那天已经过去，这些天也算有这个岗位。为什么补登，会留在记录里。"))
    told += papers.told(wanted.certificates)
    if wanted.to_on is None and post is not None and post.term:
        told.append(_("治理办法规定了一任多长，到期自动结束。"))
    return tuple(told)


def ended(ask: Ask) -> Change:
    """On a last day; yesterday, where it shall hold from today on."""
    term = ask.term()
    last = seats.typed_day(ask.form.get("end_last", ""), "end_last", past=True)
    on = last + seats.DAY
    seat = seats.seat_of(term)
    sentence = (
        _("{name}代理{seat}到{last}为止，{day}起没有这个岗位的权限。")
        if term.standing
        else _("{name}任{seat}到{last}为止，{day}起没有这个岗位的权限。")
    )
    said = sentence.format(
        name=ask.who.name, seat=seats.said(seat, ask.today), last=seats.day_said(last), day=seats.day_said(on)
    )
    act = partial(services.change_end, term.term, on, seats.day(ask.today).model, by=ask.by, at=ask.at)
    return ask.change(said, act, _("确认结束"), _("最后一天已登记。"), seat, more=_left_behind(term, on, ask))


def _left_behind(term: TermLine, on: date, ask: Ask) -> tuple[str, ...]:
    """Whether the post would be vacant from that day on, and what waits there now."""
    if term.standing:
        return ()
    others = directory.terms_at(term.post, term.department, term.unit)
    if any(
        one.term != term.term
        and not one.standing
        and one.from_on <= on
        and (one.to_on is None or one.to_on > on)
        for one in others
    ):
        return ()
    told = [_("那天没有别人任它：岗位空缺，事情由代理的人或上一级接着办。")]
    unit = seats.day(ask.today).ground.by_identity.get(term.unit)
    desk = desk_word(term.post, term.department, unit.path if unit else "")
    if waiting := vacancies.waiting_at([desk], gate.setter(ask.request).person).get(desk, 0):
        told.append(_("现在有 {n} 件在这个岗位等，原地不动，谁接任谁接着办。").format(n=waiting))
    return tuple(told)


def kept_on(ask: Ask) -> Change:
    """Without the end that was set."""
    term = ask.term()
    if term.to_on is None:
        raise Refused(_("这个任期没有定最后一天。"), code="term_end_same")
    seat = seats.seat_of(term)
    said = _("{name}继续任{seat}：原定到{last}为止，现在不定最后一天。").format(
        name=ask.who.name, seat=seats.said(seat, ask.today), last=seats.day_said(term.to_on - seats.DAY)
    )
    act = partial(services.change_end, term.term, None, seats.day(ask.today).model, by=ask.by, at=ask.at)
    return ask.change(said, act, _("确认取消最后一天"), _("最后一天已取消。"), seat)


def undone(ask: Ask) -> Change:
    """Before its first day, or on it if nothing was done from it, as if it had never been."""
    term = ask.term()
    seat = seats.seat_of(term)
    sentence = (
        _("撤回：{name}原定{day}起代理{seat}，现在当作没有定过。")
        if term.standing
        else _("撤回：{name}原定{day}起任{seat}，现在当作没有定过。")
    )
    said = sentence.format(
        name=ask.who.name, day=seats.day_said(term.from_on), seat=seats.said(seat, term.from_on)
    )
    act = partial(services.undo_term, term.term, seats.day(ask.today).model, by=ask.by, at=ask.at)
    return ask.change(said, act, _("确认撤回"), _("已撤回。台账上留着定过、撤了两笔。"), seat)


def stood_in(ask: Ask) -> Change:
    """In somebody's place while they are away, or at a vacant post, from a day until a last day."""
    from_on = seats.typed_day(ask.form.get("stand_from", ""), "stand_from")
    last = seats.typed_day(ask.form.get("stand_last", ""), "stand_last", missing=_("代理要写明最后一天。"))
    term = _away(ask, from_on)
    seat = term if isinstance(term, Seat) else seats.seat_of(term)
    to_on = last + seats.DAY
    shown = papers.shown(ask.form, asked_of(seat.post, seats.day(from_on).model))
    if isinstance(term, Seat):
        wanted = StandIn(
            account=ask.who.account, from_on=from_on, to_on=to_on, post=seat.post, unit=seat.unit,
            department=seat.department, certificates=shown,
        )  # fmt: skip
        place = _("岗位空缺")
    else:
        wanted = StandIn(
            account=ask.who.account, from_on=from_on, to_on=to_on, term=term.term, certificates=shown
        )
        place = _("{name}不在").format(name=people.names_of([term.account])[term.account])
    said = _("{days}，{name}代理{seat}（{place}）。到期自动结束。").format(
        days=days_said(from_on, to_on), name=ask.who.name, seat=seats.said(seat, from_on), place=place
    )
    act = partial(services.stand_in, wanted, seats.day(from_on).model, by=ask.by, at=ask.at)
    more = (_("用自己的名字办，每一笔都写明是代理。"), *papers.told(shown))
    return ask.change(said, act, _("确认代理"), _("代理已登记。"), seat, more=more)


def _away(ask: Ask, from_on: date) -> TermLine | Seat:
    """For whom: the term that the form names; else the only holder of the seat on that day; else the vacant seat."""
    if ask.form.get("stand_term"):
        term = term_named(ask.form["stand_term"])
        if term is None:
            raise NotFound(_("没有这个任期，或它已经结束。"))
        return term
    seat = seats.typed(ask.form.get("stand_seat", ""), ask.form.get("stand_unit", "").strip(), from_on)
    there = directory.terms_at(seat.post, seat.department, seat.unit)
    held = [one for one in there if not one.standing and one.state(from_on) == "now"]
    names = people.names_of(one.account for one in held)
    whom = ask.form.get("whom", "").strip()
    if whom:
        held = [one for one in held if whom == names[one.account] or whom == _sign_in(one.account)]
        if len(held) != 1:
            told = _("那天任这个岗位的人里没有“{whom}”，或不止一个。请写登录名。").format(whom=whom)
            raise Refused(told, code="standing_for_whom", field="whom")
    if len(held) > 1:
        some = _("、").join(
            _("{name}（{more}）").format(name=names[one.account], more=_sign_in(one.account))
            for one in held[:12]
        )
        told = _("那天任这个岗位的有 {n} 人：{some}。请写明代理谁。").format(n=len(held), some=some)
        raise Refused(told, code="standing_for_whom", field="whom")
    return held[0] if held else seat


def term_named(word: str) -> TermLine | None:
    try:
        return directory.terms_by_id([UUID(word)]).get(UUID(word))
    except ValueError:
        return None


def _sign_in(account: UUID) -> str:
    line = directory.staff_of(account)
    return line.sign_in if line else ""


def certified(ask: Ask) -> Change:
    """That a certificate was shown again, as a renewed one."""
    term = ask.term()
    seat, model = seats.seat_of(term), seats.day(ask.today).model
    one = papers.again(ask.form, asked_of(term.post, model))
    said = _("{name}任{seat}的证件，当面看过：{paper}。").format(
        name=ask.who.name, seat=seats.said(seat, ask.today), paper=papers.said(one.kind, one.until)
    )
    act = partial(services.see_certificate, term.term, one, model, by=ask.by, at=ask.at)
    return ask.change(said, act, _("确认登记"), _("证件已登记。"), seat)


def closed(ask: Ask) -> Change:
    """The account, once it holds no post."""
    said = _("停用账号 {sign_in}（{name}）：今天起不能登录，办过的事照旧署他的名。").format(
        sign_in=ask.who.sign_in, name=ask.who.name
    )
    terms = [one.term for one in directory.terms_of([ask.who.account])]
    names = _("、").join(hooks.names_of(terms))
    more = (_("推送地址一并停用，签名密钥销毁：{names}").format(names=names),) if names else ()
    return ask.change(said, partial(_close, ask, terms), _("确认停用"), _("账号已停用。"), more=more)


@transaction.atomic
def _close(ask: Ask, terms: list[UUID]) -> None:
    hooks.end_of(terms, by=ask.by, at=ask.at)
    services.close_account(ask.who.account, by=ask.by, at=ask.at)


def unlocked(ask: Ask) -> Change:
    """After too many wrong passwords."""
    said = _("解除锁定：{name}马上可以再用原来的密码登录。").format(name=ask.who.name)
    act = partial(services.lift_lock, ask.who.account, by=ask.by, at=ask.at)
    return ask.change(said, act, _("确认解除"), _("锁定已解除。"))

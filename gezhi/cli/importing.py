"""`gezhi import MAPPING FILE`: records of another system, staged, taken in, reconciled; what was put aside, why."""

from __future__ import annotations

import argparse
import json
import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gezhi.cli import account, locks, run, stamp
from gezhi.cli.main import enter, home_option, json_option
from gezhi.cli.words import Progress, language
from gezhi.cli.words import gettext as _
from gezhi.errors import Refused
from gezhi.home import SETTINGS, home_path, make_home

if TYPE_CHECKING:
    from gezhi.exchange.mapping import Mapping
    from gezhi.exchange.opening import Ready
    from gezhi.exchange.services import Reconciled
    from gezhi.reporting.imported import AgencyRate, OwnRates
    from gezhi.reporting.waits import Spread, Waits


def about() -> str:
    return _("导入别的系统的记录：逐行核对，退回的写明原因，前后数目对得上")


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "mapping", metavar=_("对照表"), help=_("对照表文件，或自带的名字（baltimore311、fuzhou12345）")
    )
    parser.add_argument("file", type=Path, metavar=_("文件"), help=_("记录：CSV、xlsx、xls、ods 或 JSON"))
    parser.add_argument(
        "--units", type=Path, metavar=_("文件"), help=_("单元边界（GeoJSON），还没有网格图时用")
    )
    parser.add_argument(
        "--rejects",
        type=Path,
        metavar=_("文件"),
        help=_("退回的行写到哪里（默认 实例目录的 imports/文件名-rejected.csv）"),
    )
    parser.add_argument("--replay", action="store_true", help=_("目录不存在时，新建一个重放实例来收"))
    home_option(parser)
    json_option(parser)


def act(said: argparse.Namespace) -> int:
    """Exit code 0 if, and only if, every row read is accounted for. One import at a time goes into a home."""
    began = time.monotonic()
    path = (said.home or home_path()).absolute()
    model = _model_of(said.mapping) if said.replay and not (path / SETTINGS).exists() else ""
    if not model and not (path / SETTINGS).exists():
        return _take_in(said, path, began)  # which says that this is no home
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    with locks.hold(path / "import.lock", _busy(path)):
        if model:
            _make_replay(path, model)
        return _take_in(said, path, began)


def _busy(path: Path) -> Refused:
    told = _("{path} 正在导入另一份文件。请等它收完再导入；已经收过的行不会再收一次。")
    return Refused(told.format(path=path), code="import_running")


def _take_in(said: argparse.Namespace, path: Path, began: float) -> int:
    enter(said.home)
    stamp.must_be_current()
    from gezhi.exchange import mapping as mappings
    from gezhi.exchange import opening
    from gezhi.ledger.actor import Actor

    mapping = mappings.load(mappings.find(said.mapping))
    by = Actor(None, f"import:{mapping.source}")
    if not said.file.is_file():
        raise Refused(_("没有这个文件：{file}。").format(file=said.file), code="file", field="file")
    ready = opening.make_ready(mapping, said.units or _beside(mapping, said.file), by=by)
    found = _import(mapping, said, by, said.rejects or path / "imports" / f"{said.file.stem}-rejected.csv")
    rates, waits = _figures()
    told = {**found, "seconds": round(time.monotonic() - began, 1), "rates": rates, "waits": waits}
    _tell(told, ready, as_json=said.json)
    if said.replay and not said.json:
        print("\n".join(account.how_to_look(path)))
    return 0 if told["reconciled"].adds_up else 1


def _model_of(mapping: str) -> str:
    """The model that a mapping names, before there is a home in which to read it. Raises `Refused` for none."""
    from gezhi.exchange.mapping import SHIPPED

    file = Path(mapping) if Path(mapping).is_file() else SHIPPED / f"{mapping}.toml"
    model = ""
    if file.is_file():
        model = str(tomllib.loads(file.read_text(encoding="utf-8")).get("source", {}).get("model", ""))
    if not model:
        raise Refused(
            _("没有对照表 {name}，或它没有写治理模型。").format(name=mapping), code="mapping_missing"
        )
    return model


def _make_replay(path: Path, model: str) -> None:
    """A new home of kind replay under this model."""
    from gezhi.rules.load import named

    home = {"name": model, "model": model, "language": language(), "timezone": named(model).timezone}
    make_home(path, kind="replay", synchronous="NORMAL", **home)
    run.upgrade(path)


def _beside(mapping: Mapping, file: Path) -> Path | None:
    units = mapping.said.units
    found = file.parent / units.file if units else None
    return found if found and found.is_file() else None


def _import(mapping: Mapping, said: argparse.Namespace, by: Any, to: Path) -> dict[str, Any]:
    from gezhi.exchange import queries, reading, rejects, services
    from gezhi.ledger import clock

    file = reading.open_file(said.file)
    bars: dict[str, Progress] = {}

    def tell(phase: str, done: int, of: int) -> None:
        label = _("读入") if phase == "stage" else _("收下")
        bars.setdefault(phase, Progress(label, of)).step(done)

    reconciled = services.run_import(mapping, file, by=by, at=clock.now(), tell=tell)
    to = to.absolute()
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = rejects.write(reconciled.run, file, to)
    return {
        "reconciled": reconciled,
        "reasons": queries.reasons(reconciled.run),
        "rejects": str(to) if written else "",
    }


def _figures() -> tuple[OwnRates, Waits]:
    """The source's own rates over the whole instance, as of now, and how long its records waited."""
    from django.utils import timezone

    from gezhi.ledger import clock
    from gezhi.matters import editions
    from gezhi.places import queries as places
    from gezhi.reporting import counting, imported, scopes, waits

    now = clock.now()
    today = timezone.localdate(now)
    model, scope = editions.current(today), scopes.whole(places.tree(today))
    rates = imported.own_rates_of(scope, model, (counting.EARLIEST, None), now)
    return rates, waits.waits(scope, model.timezone)


def _tell(told: dict[str, Any], ready: Ready, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(as_data(told, ready), ensure_ascii=False, indent=1))
    else:
        print(
            "\n".join(
                [*_made(ready), *_counts(told), *_rate_lines(told["rates"]), *_wait_lines(told["waits"])]
            )
        )


def as_data(told: dict[str, Any], ready: Ready) -> dict[str, Any]:
    """Everything that was counted, for programs."""
    found: Reconciled = told["reconciled"]
    rates: OwnRates = told["rates"]
    counts = ("read", "taken", "known", "rejected", "waiting", "dropped")
    return {
        "run": str(found.run),
        **{name: getattr(found, name) for name in counts},
        "reasons": [{"reason": reason, "rows": n} for reason, n in told["reasons"]],
        "rejects": told["rejects"],
        "units": {"planted": ready.planted, "mended": [name for name, _wrong in ready.mended]},
        "placed": {name: getattr(rates.placed, name) for name in ("placed", "rounded", "missing", "outside")},
        "accepted": rates.partition.accepted,
        "parts": {code: n for code, _name, n in rates.partition.parts()},
        "on_time": [_rate_data(one) for one in (rates.whole, *rates.agencies)],
        "days_to_end": _spread_data(told["waits"].days),
        "transfers": _spread_data(told["waits"].transfers),
        "seconds": told["seconds"],
    }


def _spread_data(found: Spread) -> dict[str, Any]:
    names = ("count", "least", "lower", "median", "upper", "most")
    return {name: getattr(found, name) for name in names} | {"mean": found.mean_words}


def _rate_data(one: AgencyRate) -> dict[str, Any]:
    rate = one.rate
    return {
        "department": one.code,
        "kept": rate.numerator,
        "due": rate.denominator,
        "percent": rate.percent_words,
        "wilson": [round(one.low, 4), round(one.high, 4)],
    }


def _made(ready: Ready) -> list[str]:
    if not ready.planted:
        return []
    said = [_("建了 {n} 个单元。").format(n=ready.planted)]
    return said + [_("边界已修补：{name}（{wrong}）").format(name=n, wrong=w) for n, w in ready.mended]


def _counts(told: dict[str, Any]) -> list[str]:
    found: Reconciled = told["reconciled"]
    line = _(
        "读到 {read} 行 = 收下 {taken} + 以前收过 {known} + 退回 {rejected} + 待收 {waiting}；用时 {s} 秒。"
    )
    numbers = {name: getattr(found, name) for name in ("read", "taken", "known", "rejected", "waiting")}
    lines = [line.format(**numbers, s=told["seconds"])]
    lines += [_("退回 {n} 行　{reason}").format(n=n, reason=reason) for reason, n in told["reasons"]]
    if told["rejects"]:
        lines.append(_("退回的行在 {file}，改好可以再导入。").format(file=told["rejects"]))
    for header, cells in found.dropped.items():
        lines.append(_("「{header}」不得采集，丢掉 {n} 格，没有存。").format(header=header, n=cells))
    return lines


def _rate_lines(rates: OwnRates) -> list[str]:
    placed = rates.placed
    where = _(
        "定位：{placed} 件落在单元里；没有定位 {flagged} 件：取整 {rounded}、缺失 {missing}、界外 {outside}。"
    )
    parts = _("、").join(f"{name} {n}" for _code, name, n in rates.partition.parts() if n)
    lines = [
        where.format(
            **{n: getattr(placed, n) for n in ("placed", "flagged", "rounded", "missing", "outside")}
        ),
        _("受理 {n} 件 = {parts}（另计：{apart}）").format(
            n=rates.partition.accepted, parts=parts or "0", apart=_("、").join(rates.excluded) or _("无")
        ),
        _("按它们自己的期限（{says}）：").format(says=rates.whole.rate.says.rstrip(_("。"))),
    ]
    return lines + [_rate_line(one) for one in (rates.whole, *rates.agencies)]


def _wait_lines(waits: Waits) -> list[str]:
    days = _("到了结的天数：中位 {median}，四分位 {lower} 和 {upper}，最长 {most}（{count} 件，平均 {mean}）")
    passed = _("转办次数：中位 {median}，四分位 {lower} 和 {upper}，最多 {most}（{count} 件，平均 {mean}）")
    found = ((days, waits.days), (passed, waits.transfers))
    return [told.format(**_spread_data(spread)) for told, spread in found if spread.count]


def _rate_line(one: AgencyRate) -> str:
    rate = one.rate
    fraction = f"{rate.numerator}/{rate.denominator}"
    words = f"{rate.percent_words:>6} %  [{one.interval_words}]"
    return f"  {fraction:>10}  {words}  {one.name}"

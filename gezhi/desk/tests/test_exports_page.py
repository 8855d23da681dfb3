"""The pages of what was taken out: asked for from the list, shown as it goes, downloaded by its owner, audited."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from gezhi.exchange import exporting, exports
from gezhi.exchange.models import Export
from gezhi.ledger import clock
from gezhi.matters.tests import liuxi

from .conftest import Sit
from .test_desk import opened

pytestmark = pytest.mark.django_db


def begin(sit: Sit, who: str = "he", **said: str) -> Export:
    given = {"begin": "1", "asked": "state=open&item=N01", "purpose": "check", "kind": "csv"} | said
    sit(who).post("/desk/exports", given)
    return Export.objects.latest("asked_at")


def run(export: Export) -> None:
    exporting.carry_out(export.id, at=clock.now(), tell=lambda lines, of: None)


def test_from_the_list_to_the_file(sit: Sit) -> None:
    he = sit("he")
    opened(he)
    listed = he.get("/desk/matters?item=N01").content.decode()
    assert re.search(
        r'action="/desk/exports".*?name="asked" value="state=open&amp;item=N01"', listed, re.DOTALL
    )
    export = begin(sit)
    waiting = he.get("/desk/exports")
    assert (waiting["Refresh"], "马上开始" in waiting.content.decode()) == ("2", True)
    run(export)
    page = he.get("/desk/exports")
    assert "Refresh" not in page
    said = page.content.decode()
    assert "下载 1 件" in said
    assert "在办，楼道杂物堆放" in said
    came = he.get(f"/desk/exports/{export.id}")
    body = b"".join(came.streaming_content)  # type: ignore[attr-defined]  # it streams
    assert "1120-0001" in body.decode("utf-8-sig")
    assert int(came["Content-Length"]) == len(body)
    assert "1%E4%BB%B6" in came["Content-Disposition"]
    assert "no-store" in came["Cache-Control"]
    assert "下载过 1 次" in he.get("/desk/exports").content.decode()
    he.post("/desk/exports", {"drop": export.id.hex})
    assert "文件已删，记录还在" in he.get("/desk/exports").content.decode()
    assert not exports.path_of(export.id).exists()


def test_another_finds_neither_the_line_nor_the_file(sit: Sit) -> None:
    opened(sit("he"))
    export = begin(sit)
    run(export)
    wu = sit("wu")
    assert "还没有导出过" in wu.get("/desk/exports").content.decode()
    assert wu.get(f"/desk/exports/{export.id}").status_code == 404
    assert wu.get(f"/desk/exports/{UUID(int=1)}").status_code == 404
    wu.post("/desk/exports", {"drop": export.id.hex})
    assert exports.path_of(export.id).exists()
    assert wu.get("/desk/exports/all").status_code == 404
    exports.path_of(export.id).unlink()


def test_without_a_purpose_nothing_begins(sit: Sit) -> None:
    he = sit("he")
    refused = he.post("/desk/exports", {"begin": "1", "asked": "", "purpose": "", "kind": "csv"})
    assert "请选导出的用途" in refused.content.decode()
    assert not Export.objects.exists()


def test_whoever_administers_sees_who_took_out_what_and_never_what_stands_in_it(
    sit: Sit, world: liuxi.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(sit("he"))
    export = begin(sit)
    run(export)
    monkeypatch.setattr("gezhi.matters.access.seat_of_office", lambda person, model, office: person.terms[0])
    page = sit("wu").get("/desk/exports/all").content.decode()
    assert "何样本" in page
    assert "核对、督查" in page
    assert "1120-0001" not in page
    exports.path_of(export.id).unlink()

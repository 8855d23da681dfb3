"""A district opens under its own names, and changes them afterwards like anything else of its model."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from gezhi.exchange import workbook_example, workbook_write
from gezhi.ledger import clock
from gezhi.matters import drafts, editions
from gezhi.people import queries as people
from gezhi.people.auditing import audit
from gezhi.places import queries as places
from gezhi.places.models import Unit
from gezhi.rules import load
from gezhi.rules.folder import DISTRICTS
from gezhi.rules.naming import names_of
from gezhi.setup import draft

from .test_opening import PASSWORD, confirm, text

pytestmark = pytest.mark.django_db
NAMES = "/setup/model/names"


def form_of(of: str = "nanling", /, **said: str) -> dict[str, str]:
    """The form as it stands after this model was chosen, with what is typed over it."""
    names = names_of(load.named(of))
    found = {"name": names.name, "english": names.english, "jurisdictions": "、".join(names.jurisdictions)}
    for id, (chinese, english) in names.levels.items():
        found |= {f"level.{id}": chinese, f"level.{id}.english": english}
    return found | {key.replace("__", "."): word for key, word in said.items()}


STREETS = {"name": "青杨区", "level__county": "区", "level__town": "街道", "jurisdictions": "全国"}


def chosen(client: Client, name: str = "nanling") -> None:
    assert client.post("/setup/model", {"model": name}).url == NAMES


def taken(client: Client, **said: str) -> str:
    chosen(client)
    answer = client.post(NAMES, form_of(**said), follow=True)
    assert answer.redirect_chain == [("/setup/workbook", 302)], answer.content.decode()
    return answer.content.decode()


def uploaded(client: Client) -> str:
    """The filled example of the model that was taken, sent back as it came."""
    body = client.get("/setup/workbook/example.xlsx").content
    answer = client.post("/setup/workbook", {"workbook": SimpleUploadedFile("青杨.xlsx", body)}, follow=True)
    return answer.content.decode()


def test_four_fields_from_nanling_to_streets_and_the_whole_workbook_speaks_them(clerk: Client) -> None:
    page = taken(clerk, **STREETS)
    assert "记下了：青杨区，区 → 街道 → 社区 → 网格。" in page
    assert "照“青杨区”填，层级是区、街道、社区、网格。" in page
    assert 'href="/setup/model/names"' in page
    book = load_workbook(io.BytesIO(clerk.get("/setup/workbook/template.xlsx").content))
    words = [cell.value for cell in book["词表"]["A"]]
    assert words[:4] == ["区", "街道", "社区", "网格"]
    assert "街道网格办" in [cell.value for cell in book["词表"]["B"]]
    assert "镇" not in {cell.value for cell in book["词表"]["A"]}
    page = uploaded(clerk)
    assert "确认以后会这样" in page, page
    confirm(clerk, page)
    held = editions.today()
    assert (held.name, held.about.source, held.id) == ("青杨区", "本地", "nanling_local")
    assert held.valid_from == clock.today()
    assert Unit.objects.filter(name="柳溪区", level="county").exists()


def test_the_audit_compares_with_the_units_that_are_there(clerk: Client) -> None:
    taken(clerk, **STREETS)
    confirm(clerk, uploaded(clerk))
    model, on = editions.today(), clock.today()
    lines = audit(model, places.tree(on), people.roster(on), on)
    grids = Unit.objects.filter(level="grid").count()
    assert grids not in (0, 211)
    assert {line.units for line in lines if line.level == "grid"} == {grids}
    assert "211" not in repr(lines)
    assert not any(level.count for level in model.levels.values())


def test_nothing_need_be_typed(clerk: Client) -> None:
    taken(clerk)
    model = draft.chosen_model()
    assert model is not None
    assert model.name == "南陵县全科网格"
    assert not any(level.count for level in model.levels.values())
    assert [level.name for level in model.levels.values()] == ["县", "镇", "社区", "网格"]


def test_the_shipped_model_stays_and_the_own_one_says_of_which_it_is_made(clerk: Client) -> None:
    before = {path: path.read_bytes() for path in (DISTRICTS / "nanling").iterdir()}
    taken(clerk, **STREETS)
    assert before == {path: path.read_bytes() for path in (DISTRICTS / "nanling").iterdir()}
    own: Path = draft.folder() / draft.OWN
    assert "南陵县全科网格" in (own / "README.md").read_text(encoding="utf-8")
    assert 'extends = "nanling"' in (own / "model.toml").read_text(encoding="utf-8")
    assert not (own / "published.csv").exists()
    page = text(clerk, "/setup/model")
    assert "照“南陵县全科网格”改的叫法" in page
    assert draft.proof_of(draft.OWN).holds


def test_the_form_comes_again_with_what_was_said_and_begins_from_the_published_one(clerk: Client) -> None:
    chosen(clerk, "guangming")
    said = form_of("guangming", name="青杨区", level__street="镇", jurisdictions="全国")
    asked = clerk.post(NAMES, said)
    assert asked.status_code == 422
    assert "有 1 条期限不再有法定上限" in asked.content.decode()
    assert "要照它，把“深圳市”写回" in asked.content.decode()
    assert draft.chosen() == "guangming"  # nothing is written before it was seen
    other = clerk.post(NAMES, said | {"without": "全国", "jurisdictions": "全国、广东省"})
    assert other.status_code == 422  # what was confirmed is not what is sent
    page = clerk.post(NAMES, said | {"without": "全国"}, follow=True).content.decode()
    assert "不再有法定上限" in page
    assert clerk.post(NAMES, said).status_code == 302  # what is gone already is asked once
    page = text(clerk, NAMES)
    assert 'value="青杨区"' in page
    assert 'value="Town"' in page
    assert "深圳经济特区矛盾纠纷多元化解条例 25" in page
    again = said | {"level.street": "乡镇", "level.street.english": "Town", "jurisdictions": "全国、深圳市"}
    assert clerk.post(NAMES, again).status_code == 302
    model = draft.chosen_model()
    assert model is not None
    assert (model.levels["street"].name, model.levels["street"].english) == ("乡镇", "Township or town")
    assert model.posts["street_desk"].name == "乡镇诉求服务大厅"
    assert model.flows["mediation"].promise["mediate"].law  # it rules again


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"level__town": ""}, "名称写1到12个字"),
        ({"level__town": "=镇"}, "不以 = + - @ 开头"),
        ({"level__town": "社区"}, "两个层级都叫“社区”"),
        ({"name": "  "}, "名称写1到40个字"),
        ({"jurisdictions": "全国、" + "甲" * 30}, "适用的法写地方的名称"),
    ],
)
def test_what_has_not_its_form_is_said_and_kept_as_it_was_typed(
    clerk: Client, said: dict[str, str], sentence: str
) -> None:
    chosen(clerk)
    typed = {"english": "Qingyang District"} | said
    answer = clerk.post(NAMES, form_of(**typed))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert 'value="Qingyang District"' in page
    assert draft.chosen() == "nanling"
    assert not draft.has_own()


def test_what_the_checker_finds_stands_at_the_form(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names alone break no published model; a model of one's own that broke meanwhile is not taken."""
    from gezhi.rules.naming import own as made
    from gezhi.rules.texts import Texts

    def broken(*said: object, **more: str) -> Texts:
        texts = made(*said, **more)  # type: ignore[arg-type]
        return Texts(texts.toml + '\n[duty]\nverify = { held_by = ["nobody"] }\n', texts.items)

    chosen(clerk)
    monkeypatch.setattr("gezhi.setup.namings.own", broken)
    answer = clerk.post(NAMES, form_of(**STREETS))
    assert answer.status_code == 422
    assert "治理模型就不成立了" in answer.content.decode()
    assert "nobody" in answer.content.decode()
    assert draft.chosen() == "nanling"


def test_files_of_ones_own_are_renamed_whole(clerk: Client) -> None:
    folder = DISTRICTS / "jianghai"
    files = [SimpleUploadedFile(name, (folder / name).read_bytes()) for name in ("model.toml", "items.csv")]
    assert clerk.post("/setup/model", {"own": files}).status_code == 200
    assert clerk.post("/setup/model", {"model": "own"}).url == NAMES
    said = form_of("jianghai", name="青杨区智慧网格", level__street="镇")
    assert clerk.post(NAMES, said).status_code == 302
    model = draft.chosen_model()
    assert model is not None
    assert (model.name, model.levels["street"].name) == ("青杨区智慧网格", "镇")
    assert draft.made_of() == ""
    assert "extends" not in (draft.folder() / draft.OWN / "model.toml").read_text(encoding="utf-8")


def test_the_form_stands_in_english(clerk: Client) -> None:
    chosen(clerk, "guangming")
    clerk.cookies["gezhi_language"] = "en"
    page = text(clerk, NAMES)
    main = re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main>")])
    assert "Whose law applies" in main
    assert "Level 2 (“Street”)" in main
    for law in ("深圳市", "深圳经济特区矛盾纠纷多元化解条例"):
        main = main.replace(law, "")  # a place and a law have their own names
    assert not re.search(r"[\u4e00-\u9fff]", main), main


def test_without_a_choice_and_after_the_opening_the_form_leads_away(clerk: Client) -> None:
    assert clerk.get(NAMES).url == "/setup/model"
    taken(clerk, **STREETS)
    confirm(clerk, uploaded(clerk))
    assert clerk.get(NAMES).url == "/setup/model"
    assert clerk.post(NAMES, form_of(name="别的")).url == "/setup/model"
    assert editions.today().name == "青杨区"


def test_each_card_opens_its_book_before_anything_is_chosen(clerk: Client) -> None:
    page = text(clerk, "/setup/model")
    for name in draft.offered():
        assert f'href="/setup/model/book?model={name}"' in page
    book = clerk.get("/setup/model/book?model=guanlan")
    assert book.status_code == 200
    assert "观澜街道精治街区" in book.content.decode()
    assert "default-src 'none'" in book.headers["Content-Security-Policy"]
    assert not draft.chosen()
    assert clerk.get("/setup/model/book?model=../../etc").status_code == 404
    assert clerk.get("/setup/model/book?model=own").status_code == 404
    assert clerk.get("/setup/model/book?model=base").status_code == 404
    assert Client().get("/setup/model/book?model=guanlan").status_code in (302, 403)


def test_the_place_of_the_checkers_word_is_kept(clerk: Client) -> None:
    page = text(clerk, "/setup/model")
    assert page.count('<p class="small checked" data-check=') == len(draft.offered())


def test_names_are_changed_by_two_in_a_district_that_stands(clerk: Client) -> None:
    from gezhi.people.models import Account

    taken(clerk, **STREETS)
    confirm(clerk, uploaded(clerk))
    me = Account.objects.get(terms__post="system_admin")
    said = {"me": me.id.hex, "password": PASSWORD}
    assert clerk.post("/setup/people", said).status_code == 302
    assert clerk.post("/setup/model/draft", {"begin": "1"}).status_code == 302
    page = text(clerk, "/setup/model?of=draft")
    assert "改名称和层级的叫法" in page
    address = "/setup/model/draft/change?thing=names&code=model"
    assert 'value="街道"' in text(clerk, address)
    line = drafts.in_work(clock.today())
    assert line is not None
    fields = re.findall(r'name="([\w.]+)" value="([^"]*)"', text(clerk, address))
    typed = dict(fields) | {"level.town": "镇街", "revision": str(line.revision)}
    assert clerk.post(address, typed | {"level.town": "区"}).status_code == 422
    assert clerk.post(address, typed | {"level.town": ""}).status_code == 422
    assert clerk.post(address, typed).status_code == 302
    page = text(clerk, "/setup/model/draft")
    assert "街道" in page
    assert "镇街" in page
    assert "只改了名称和文字，怎样办事不变。" in page
    assert "提交" in page
    assert editions.today().levels["town"].name == "街道"
    line = drafts.in_work(clock.today())
    assert line is not None
    assert line.model().levels["town"].english == "Town or street"
    assert line.model().posts["town_desk"].name == "镇街网格办"


def test_the_example_of_another_models_names_is_whole(clerk: Client) -> None:
    """Every published model, renamed at each level, still gives an example that goes in without a fault."""
    chosen(clerk, "jianghai")
    said = form_of("jianghai", level__district="县", level__street="乡镇", level__community="村")
    assert clerk.post(NAMES, said).status_code == 302
    model = draft.chosen_model()
    assert model is not None
    body = workbook_write.filled(model, workbook_example.rows(model), room=10)
    answer = clerk.post("/setup/workbook", {"workbook": SimpleUploadedFile("a.xlsx", body)}, follow=True)
    assert "确认以后会这样" in answer.content.decode()

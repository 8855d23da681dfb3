"""Every stored field says why it is there, on what basis and for how long; some may never be."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model

ROOT = Path(__file__).resolve().parent.parent
BASES = {"plain", "duty", "staff", "security", "consent"}
KEEPS = {"instance", "work", "day", "session", "account", "log", "words", "matter"}
BANNED_CHINESE = (
    "民族 宗教 政治面貌 重点人员 重点人口 吸毒 刑满释放 前科 上访次数 人脸 指纹 虹膜 轨迹 信用分 积分".split()
)
BANNED_WORDS = set(
    "ethnicity ethnic minzu religion religious zongjiao politics political party_member key_person drug drugs "
    "addict convict criminal prison petitions fingerprint fingerprints iris biometric biometrics faceprint face "
    "track tracks trajectory guiji credit_score jifen points social_credit id_number id_card".split()
)

Register = dict[str, dict[str, Any]]


def our_models() -> list[type[Model]]:
    return [m for m in apps.get_models() if m.__module__.startswith("gezhi.")]


def register(room: str) -> Register:
    path = ROOT / "gezhi" / room / "fields.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def declared(model: type[Model], field: str) -> dict[str, Any]:
    """What the register says of a field, with what its table says where the field is silent."""
    table = register(model._meta.app_label).get(model.__name__, {})
    said = table.get(field, {})
    own = said if isinstance(said, dict) else {"purpose": said}
    return {"basis": table.get("basis"), "keep": table.get("keep")} | own


def names_of(model: type[Model]) -> list[str]:
    return [field.name for field in model._meta.local_concrete_fields]


def banned(name: str) -> list[str]:
    """The words of a name that may not be there: whole words, in English, pinyin or Chinese."""
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[-\s.]+", "_", name).lower()
    return [w for w in BANNED_WORDS if f"_{w}_" in f"_{plain}_"] + [w for w in BANNED_CHINESE if w in name]


@pytest.mark.parametrize("model", our_models(), ids=lambda m: m._meta.label)
def test_each_field_declares_purpose_basis_and_retention(model: type[Model]) -> None:
    lacking = []
    for name in names_of(model):
        said = declared(model, name)
        if not said.get("purpose") or said["basis"] not in BASES or said["keep"] not in KEEPS:
            lacking.append(f"{model._meta.app_label}/fields.toml: [{model.__name__}] {name}")
    assert lacking == []


@pytest.mark.parametrize("model", our_models(), ids=lambda m: m._meta.label)
def test_the_register_names_no_field_that_is_gone(model: type[Model]) -> None:
    table = register(model._meta.app_label).get(model.__name__, {})
    assert sorted(set(table) - set(names_of(model)) - {"basis", "keep", "personal"}) == []


def test_the_register_names_no_table_that_is_gone() -> None:
    there = {(m._meta.app_label, m.__name__) for m in our_models()}
    named = {(p.parent.name, t) for p in ROOT.glob("gezhi/*/fields.toml") for t in register(p.parent.name)}
    assert named - there == set()


def test_the_words_of_the_register_are_explained() -> None:
    page = (ROOT / "docs" / "fields.md").read_text(encoding="utf-8")
    assert [word for word in sorted(BASES | KEEPS) if f"| {word} |" not in page] == []


def test_no_table_and_no_field_is_one_that_may_never_be() -> None:
    found = [f"{m._meta.label}.{n}" for m in our_models() for n in names_of(m) if banned(n)]
    assert found + [m._meta.label for m in our_models() if banned(m.__name__)] == []


def test_no_import_is_mapped_to_what_may_never_be() -> None:
    found = []
    for path in [*ROOT.glob("gezhi/**/*mapping*.toml"), *ROOT.glob("gezhi/exchange/**/*.toml")]:
        if path.name != "fields.toml":
            said = tomllib.loads(path.read_text(encoding="utf-8"))
            found += [f"{path.name}: {word}" for word in words_in(said) if banned(word)]
    assert found == []


def words_in(said: Any) -> list[str]:
    if isinstance(said, dict):
        return [w for key, value in said.items() for w in [key, *words_in(value)]]
    if isinstance(said, list):
        return [w for value in said for w in words_in(value)]
    return [said] if isinstance(said, str) else []


@pytest.mark.parametrize("name", ["ethnicity", "is_key_person", "faceScan", "居民积分", "last-track"])
def test_a_banned_word_would_be_found(name: str) -> None:
    assert banned(name)


@pytest.mark.parametrize("name", ["surface", "tracked_by", "pointed_at", "interface"])
def test_a_harmless_neighbour_is_not(name: str) -> None:
    assert not banned(name)

"""Chinese first, English complete: every text of the interface is wrapped, translated and compiled."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import catalogue


def test_every_chinese_text_of_code_and_pages_is_wrapped() -> None:
    assert catalogue.found()[1] == []


def test_english_is_whole_and_fresh() -> None:
    assert [said for said in catalogue.findings() if "wrapped" not in said] == []


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("{% translate '受理' %}", "受理"),
        ("{% blocktranslate with n=x %}共 {{ n }} 件{% endblocktranslate %}", "共 %(n)s 件"),
        ("{% blocktranslate trimmed %}\n 一\n 二\n{% endblocktranslate %}", "一 二"),
        ('{% include "x" with said=_("没有") next=_("就这样") %}', "就这样"),
        ("{% translate '满 100% 了' %}", "满 100%% 了"),
    ],
)
def test_a_page_is_read_as_django_reads_it(
    page: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "ROOT", tmp_path)
    (tmp_path / "x.html").write_text(page, encoding="utf-8")
    messages, loose = catalogue.in_page(tmp_path / "x.html")
    assert text in [message.text for message in messages]
    assert loose == []


def test_a_bare_word_on_a_page_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "ROOT", tmp_path)
    (tmp_path / "x.html").write_text("<b title='提示'>{% translate '好' %}</b>", encoding="utf-8")
    assert len(catalogue.in_page(tmp_path / "x.html")[1]) == 1

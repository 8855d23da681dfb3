"""What a gate of a step says: the kinds of files that the server takes, and choices written alike in English."""

from __future__ import annotations

from django.utils import translation

from gezhi.desk.forms_gates import AGREED, AGREED_HOW, FILES_HINT, FilesField
from gezhi.matters.services.document_bytes import TYPES


def test_the_hint_and_the_chooser_name_what_the_server_takes() -> None:
    accepted = FilesField().widget.attrs["accept"].split(",")
    for kind in TYPES:
        assert f".{kind}" in str(FILES_HINT), kind
        assert f".{kind}" in accepted, kind


def test_choices_of_consent_begin_alike() -> None:
    with translation.override("en"):
        words = [str(word) for _key, word in (*AGREED, *AGREED_HOW)]
    assert all(word[0].isupper() for word in words), words

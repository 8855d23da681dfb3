"""A cell that is empty or far too long is told on the page, and the page stands when one comes back to it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gezhi.exchange.tests.test_workbook import cells, example
from gezhi.rules import load

pytestmark = pytest.mark.django_db
LONG = "长" * 400


@pytest.mark.parametrize(
    ("sheet", "cell", "value"),
    [
        ("事项", "B2", None), ("事项", "B2", LONG), ("事项", "A2", LONG), ("事项", "F2", LONG), ("单元", "B3", LONG),
        ("部门", "A2", None), ("部门", "A2", LONG), ("部门", "B2", None), ("部门", "B2", LONG), ("人员", "B2", LONG),
    ],
)  # fmt: skip
def test_it_is_told_at_the_cell(clerk: Client, sheet: str, cell: str, value: str | None) -> None:
    clerk.post("/setup/model", {"model": "nanling"})
    body = example(load.named("nanling"), cells(sheet, **{cell: value}))
    sent = {"workbook": SimpleUploadedFile("柳溪.xlsx", body)}
    answer = clerk.post("/setup/workbook", sent, follow=True)
    assert answer.status_code == 200
    assert f"{sheet} {cell}" in answer.content.decode()
    assert clerk.get("/setup/workbook").status_code == 200
    assert clerk.get("/setup/finish", follow=True).status_code == 200

"""投诉建议: each way leads somewhere, for residents in their own frame; staff find back."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from gezhi.matters.tests.liuxi import World


def page(client: Client | None = None) -> str:
    answer = (client or Client()).get("/complain")
    assert answer.status_code == 200
    return answer.content.decode().split('id="main"')[1].split("</main>")[0]


def test_each_way_leads_somewhere(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, phone="0000-12345"))
    body = page()
    assert 'href="tel:0000-12345"' in body
    doors = set(re.findall(r'<a [^>]*href="(/[^"]*)"', body))
    assert {"/protect", "/follow", "/report", "/here"} == doors
    assert {resolve(door).url_name for door in doors} == {"protect", "follow", "report", "here"}


def test_where_nothing_is_open_it_names_no_door_that_is_shut(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, phone=""))
    body = page()
    assert "tel:" not in body
    assert 'href="/report"' not in body
    assert "找社区或街道网格中心" in body


def test_staff_find_back_to_their_desk(world: World) -> None:
    client = Client()
    session = client.session
    session["account"] = world.accounts["he"].hex
    session["began"] = timezone.now().isoformat()
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    assert 'href="/desk"' in page(client)
    assert 'href="/desk"' not in page()

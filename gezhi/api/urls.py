"""The addresses below /api/v1/."""

from __future__ import annotations

from itertools import groupby

from django.urls import path

from . import beside, files, handovers, hooks, matters, papers, parties, pictures, team, together, units, word
from .edge import view_of
from .openapi import view_of_document

OPERATIONS = (
    *matters.OPERATIONS,
    *word.OPERATIONS,
    *beside.OPERATIONS,
    *together.OPERATIONS,
    *pictures.OPERATIONS,
    *handovers.OPERATIONS,
    *papers.OPERATIONS,
    *parties.OPERATIONS,
    *team.OPERATIONS,
    *files.OPERATIONS,
    *hooks.OPERATIONS,
    *units.OPERATIONS,
)

app_name = "api"
urlpatterns = [
    *(
        path(address, view_of(tuple(same)), name=address_name)
        for (address, address_name), same in groupby(OPERATIONS, key=lambda o: (o.path, o.name))
    ),
    path("openapi.json", view_of_document(OPERATIONS), name="openapi"),
]

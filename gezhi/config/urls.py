"""Every address of the house, face by face; what each may be reached by stands in `scopes`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("gezhi.api.urls")),
]

handler400 = "gezhi.config.answers.refuse_bad"
handler403 = "gezhi.config.answers.refuse_forbidden"
handler404 = "gezhi.config.answers.refuse_unknown"
handler500 = "gezhi.config.answers.own_fault"

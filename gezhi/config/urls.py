"""Every address of the house, face by face; what each may be reached by stands in `scopes`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from gezhi.api.delivered import delivered
from gezhi.desk.urls import house as desk_house
from gezhi.portal.urls import urlpatterns as portal_urls
from gezhi.ui.urls import urlpatterns as ui_urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("gezhi.api.urls")),
    path("delivered/<str:token>", delivered, name="delivered"),
    path("desk", include("gezhi.desk.urls")),
    path("setup", include("gezhi.setup.urls")),
    *portal_urls,
    *desk_house,
    *ui_urls,
]

handler400 = "gezhi.config.answers.refuse_bad"
handler403 = "gezhi.config.answers.refuse_forbidden"
handler404 = "gezhi.config.answers.refuse_unknown"
handler500 = "gezhi.config.answers.own_fault"

"""The components page, only where the data is invented, and the manual."""

from django.urls import path
from django.views.generic import RedirectView

from gezhi.ui import manual, showcase

urlpatterns = [
    path("ui", showcase.page, name="ui"),
    path("manual", RedirectView.as_view(url="/manual/pages"), name="manual_home"),
    path("manual/<str:name>", manual.page, name="manual"),
]

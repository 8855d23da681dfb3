"""The components page: only where the data is invented."""

from django.urls import path

from gezhi.ui import showcase

urlpatterns = [path("ui", showcase.page, name="ui")]

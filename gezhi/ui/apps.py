from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "gezhi.ui"
    label = "ui"

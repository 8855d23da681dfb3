from django.apps import AppConfig


class SetupConfig(AppConfig):
    name = "gezhi.setup"
    label = "setup"

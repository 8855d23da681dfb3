from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "gezhi.desk"
    label = "desk"

"""The addresses of the setup."""

from django.urls import path

from gezhi.setup.views import borders, calendar, door, finish, model, people, workbook

app_name = "setup"
urlpatterns = [
    path("", door.home, name="home"),
    path("/model", model.models, name="model"),
    path("/model/check", model.checked, name="check"),
    path("/workbook", workbook.page, name="workbook"),
    path("/workbook/<str:kind>.xlsx", workbook.file, name="file"),
    path("/borders", borders.page, name="borders"),
    path("/borders.geojson", borders.ground, name="ground"),
    path("/people", people.page, name="people"),
    path("/calendar", calendar.page, name="calendar"),
    path("/finish", finish.page, name="finish"),
]

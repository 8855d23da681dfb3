"""The addresses of the setup."""

from django.urls import path

from gezhi.setup.views import (
    borders,
    calendar,
    coming,
    door,
    drafting,
    editing,
    finish,
    model,
    naming,
    people,
    plans,
    rota,
    staff,
    staff_new,
    staff_person,
    wording,
    workbook,
)

app_name = "setup"
urlpatterns = [
    path("", door.home, name="home"),
    path("/model", model.models, name="model"),
    path("/model/names", naming.names, name="names"),
    path("/model/check", model.checked, name="check"),
    path("/model/book", editing.book, name="book"),
    path("/model/draft", drafting.page, name="draft"),
    path("/model/draft/change", wording.change, name="change"),
    path("/model/draft/text", wording.text, name="text"),
    path("/model/draft/file", wording.file, name="text_file"),
    path("/workbook", workbook.page, name="workbook"),
    path("/workbook/<str:kind>.xlsx", workbook.file, name="file"),
    path("/staff", staff.page, name="staff"),
    path("/staff/new", staff_new.page, name="staff_new"),
    path("/staff/units", staff.unit_names, name="unit_names"),
    path("/staff/<uuid:account>", staff_person.page, name="staff_person"),
    path("/rota", rota.page, name="rota"),
    path("/rota/<uuid:unit>/<str:post>", rota.one, name="rota_of"),
    path("/coming", coming.page, name="coming"),
    path("/borders", borders.page, name="borders"),
    path("/borders.geojson", borders.ground, name="ground"),
    path("/plans", plans.page, name="plans"),
    path("/people", people.page, name="people"),
    path("/calendar", calendar.page, name="calendar"),
    path("/finish", finish.page, name="finish"),
]

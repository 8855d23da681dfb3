"""The addresses of the desk."""

from django.urls import path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from gezhi.desk.views import (
    account_book,
    admission,
    batches,
    besides,
    door,
    figures,
    finding,
    ground,
    identity,
    invented,
    keys,
    lists,
    matter,
    metrics,
    password,
    pictures,
    placing,
    report,
    searching,
    suggesting,
    why,
)

app_name = "desk"
urlpatterns = [
    path("", lists.inbox, name="inbox"),
    path("/find", searching.find, name="find"),
    path("/find/number", searching.lookup, name="lookup"),
    path("/matters", finding.matters, name="matters"),
    path("/matters.csv", finding.matters_file, name="matters_file"),
    path("/new", report.new, name="new"),
    path("/new/suggest", suggesting.suggest, name="suggest"),
    path("/addresses", ground.addresses, name="addresses"),
    path("/borders", ground.borders, name="borders"),
    path("/base", ground.base, name="base"),
    path("/figures", figures.figures_page, name="figures"),
    path("/figures/behind", metrics.behind_page, name="behind"),
    path("/ledger", account_book.ledger_page, name="ledger"),
    path("/admission", admission.home, name="admission"),
    path("/admission/new", admission.apply, name="apply"),
    path("/admission/batch", batches.new, name="batch_new"),
    path("/admission/batch/<uuid:batch>", batches.batch, name="batch"),
    path("/admission/<uuid:application>", admission.application, name="application"),
    path("/admission/<uuid:application>/change", admission.change, name="application_change"),
    path("/told", invented.drawer, name="drawer"),
    path("/m/<str:number>", matter.matter, name="matter"),
    path("/m/<str:number>/taken", report.taken, name="taken"),
    path("/m/<str:number>/step/<str:move>", matter.step, name="step"),
    path("/m/<str:number>/beside/<str:aside>", besides.beside, name="beside"),
    path("/m/<str:number>/place", placing.place, name="place"),
    path("/m/<str:number>/photo/<uuid:photo>", pictures.photo, name="photo"),
    path("/m/<str:number>/photo/<uuid:photo>/page", pictures.picture, name="picture"),
    path("/m/<str:number>/photo/<uuid:photo>/original", pictures.original, name="original"),
    path("/m/<str:number>/photos.zip", pictures.photos_file, name="photos_file"),
    path("/m/<str:number>/reporter", identity.ask, name="ask_reporter"),
    path("/m/<str:number>/reporter/<uuid:opening>", identity.answer, name="reporter"),
    path("/m/<str:number>/why/due/<uuid:promise>", why.why_due, name="why_due"),
    path("/m/<str:number>/why/<str:what>", why.why, name="why"),
]
house = [
    path("", RedirectView.as_view(pattern_name="desk:inbox"), name="home"),  # until a portal stands there
    path("sign-in", door.sign_in_page, name="sign_in"),
    path("first-time", door.first_time, name="first_time"),
    path("sign-out", door.sign_out, name="sign_out"),
    path("sessions", door.sessions, name="sessions"),
    path("password", password.password, name="password"),
    path("keys", keys.keys, name="keys"),
    path("complain", door.complain, name="complain"),
    path("seat", invented.seat, name="seat"),
    path("clock", invented.move_clock, name="clock"),
    path("language", set_language, name="set_language"),
]

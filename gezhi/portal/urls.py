"""The addresses of the residents' portal: short, to be read aloud and printed."""

from django.urls import path

from gezhi.portal.views import (
    around,
    following,
    gallery,
    home,
    open_data,
    plate,
    pushing,
    relaying,
    report,
    rights,
    robots,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("protect", home.protect, name="protect"),
    path("complain", home.complain, name="complain"),
    path("report", report.report, name="report"),
    path("report/look", report.look, name="report_look"),
    path("report/addresses", report.addresses, name="report_addresses"),
    path("report/borders", report.borders, name="report_borders"),
    path("report/base", report.base, name="report_base"),
    path("here", plate.here, name="here"),
    path("a/<str:code>", plate.plate, name="plate"),
    path("around/<str:place>", around.page, name="around"),
    path("around/<str:place>/feed.xml", around.feed, name="around_feed"),
    path("around/<str:place>/push", pushing.place, name="around_push"),
    path("open", open_data.page, name="open"),
    path("open/<str:name>", open_data.file, name="open_file"),
    path("follow", following.door, name="follow"),
    path("follow/<uuid:matter>", following.page, name="following"),
    path("follow/<uuid:matter>/receipt.json", following.receipt, name="following_receipt"),
    path("follow/<uuid:matter>/words", relaying.page, name="following_words"),
    path("follow/<uuid:matter>/rights", rights.page, name="following_rights"),
    path("follow/<uuid:matter>/copy.<str:form>", rights.copy, name="following_copy"),
    path("follow/<uuid:matter>/say", following.say, name="following_say"),
    path("follow/<uuid:matter>/push", pushing.push, name="following_push"),
    path("ui/portal", gallery.page, name="ui_portal"),
    path("robots.txt", robots.robots, name="robots"),
    path("push.js", pushing.worker, name="push_worker"),
    path("push.webmanifest", pushing.manifest, name="push_manifest"),
]

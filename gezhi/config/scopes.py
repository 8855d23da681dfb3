"""Every address and who may come there. An address without a line here fails the build.

This is the first gate (who comes through the door at all); what of the ground somebody sees behind it is
decided in `matters.access` and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Who = Literal["open", "signed_in", "seated", "setup", "models", "token"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Who may come: everybody, who is signed in, who holds a post today, who sets the instance up (`setup.gate`), who
    may change or publish its model, or a program with a key.

    `ground` says that the address names a thing that lies somewhere: whoever may not see it gets the same
    answer as for a thing that does not exist. `invented` addresses exist only in a demo or a simulation.
    `public` says that its page is the same for whoever is not signed in: see `packing`.
    """

    who: Who
    why: str
    ground: bool = False
    invented: bool = False
    public: bool = False


SIGNED_IN = Scope("signed_in", "the default: nothing is open that was not opened on purpose")

SCOPES: dict[str, Scope] = {
    "home": Scope("open", "the residents' first page; it shows no record", public=True),
    "protect": Scope("open", "how whoever reports is protected; it shows no record", public=True),
    "report": Scope("open", "a resident hands in a report, without an account", public=True),
    "report_look": Scope("open", "what the words of a report offer while it is written; it shows no record"),
    "report_addresses": Scope("open", "addresses of buildings, which are public; limited by who asks"),
    "report_borders": Scope("open", "borders are public ground", public=True),
    "report_base": Scope("open", "streets and houses under the map, which are public"),
    "here": Scope(
        "open", "who answers for a place: posts and telephones of offices, which are public", public=True
    ),
    "plate": Scope(
        "open", "the same for a door plate's code; never a resident; tries are counted", public=True
    ),
    "around": Scope(
        "open",
        "how it goes with kinds of things in the street of one place, counts and days, of items that the model opens;"
        " looks are counted",
        public=True,
    ),
    "around_feed": Scope("open", "the same by days that are over, as Atom", public=True),
    "around_push": Scope(
        "open", "a telephone asks to be told of it in the morning, or no more; presses are counted"
    ),
    "open": Scope(
        "open", "figures that were published, with what is small hidden; it shows no record", public=True
    ),
    "open_file": Scope(
        "open", "the same, and the published lines of the ledger's days, as files", public=True
    ),
    "follow": Scope(
        "open", "the door for whoever has number and code of a receipt; it shows no record", public=True
    ),
    "following": Scope("open", "that one matter, as its reporter sees it, to whoever came with both"),
    "following_receipt": Scope("open", "its receipt as a file that proves itself, to the same"),
    "following_words": Scope("open", "words with whoever handles it, from and to the same"),
    "following_rights": Scope("open", "asking about one's own data, and what came of it, to the same"),
    "following_copy": Scope("open", "a copy of what is stored of that report, to the same; recorded"),
    "following_push": Scope("open", "the reporter's own telephone is told of it, or no more; for the same"),
    "push_worker": Scope("open", "the script that shows what is told; it shows no record"),
    "robots": Scope("open", "what searching machines are asked to leave alone", public=True),
    "push_manifest": Scope("open", "the name of the site, for a home screen; it shows no record"),
    "following_say": Scope("open", "the reporter's own word on it, from the same"),
    "delivered": Scope(
        "open",
        "a provider reports what came of text messages, to a door's address with a secret in it; it shows no record",
    ),
    "sign_in": Scope("open", "the door itself"),
    "first_time": Scope("open", "the door for whoever has a slip and no password yet"),
    "outside": Scope(
        "open", "the door for whoever was handed a link to one thing to be done; it shows no record"
    ),
    "outside_job": Scope("open", "that one thing, as a unit wrote it, to whoever came with the link's code"),
    "outside_photo": Scope("open", "a picture that was passed on with it, to the same"),
    "complain": Scope("open", "everybody may complain"),
    "set_language": Scope("open", "a page in one's own language"),
    "ui": Scope("open", "the sample sheet; it shows no record", invented=True),
    "ui_portal": Scope("open", "the same of the residents' pages; it shows no record", invented=True),
    "manual_home": Scope("open", "leads on to the manual"),
    "manual": Scope("open", "the manual; it holds no record", public=True),
    "sign_out": Scope("signed_in", "one's own session"),
    "sessions": Scope("signed_in", "one's own sessions"),
    "password": Scope("signed_in", "one's own password"),
    "keys": Scope("seated", "keys for programs, of one's own seats that accept or supervise, by access"),
    "pushes": Scope("seated", "addresses that events are pushed to, of the same seats"),
    "push": Scope("seated", "one such address: numbers of matters that were open to its seat"),
    "seat": Scope("signed_in", "somebody else's place in an invented district", invented=True),
    "clock": Scope("signed_in", "the clock of an invented district", invented=True),
    "desk:inbox": Scope("signed_in", "what waits at one's own desks"),
    "desk:find": Scope("seated", "the search box; it shows no record"),
    "desk:lookup": Scope(
        "seated",
        "matters of one number, open to the person by access, from a seat that accepts or supervises; recorded",
    ),
    "desk:matters": Scope("seated", "matters open to the person, by access"),
    "desk:matters_print": Scope("seated", "the same list for paper, by access"),
    "desk:numbers": Scope("seated", "matters of pasted numbers, open to the person, by access"),
    "desk:filters": Scope(
        "seated", "filters one keeps, and those shared with one; each shows one's own scope"
    ),
    "desk:exports": Scope("seated", "lists one took out, each by one's own scope; recorded"),
    "desk:export_file": Scope("seated", "the file of one of one's own; each taking is recorded"),
    "desk:exports_of_all": Scope(
        "seated", "who took out what, for whoever administers; never what stands in it"
    ),
    "desk:parties": Scope(
        "seated", "whom a report may complain of, by a part of the name, as the person may name"
    ),
    "desk:pasted": Scope("seated", "rows pasted from a spreadsheet, registered by the ordinary intake"),
    "desk:new": Scope("seated", "a report is typed in from a seat"),
    "desk:suggest": Scope("seated", "what the words of a report offer while it is typed"),
    "desk:addresses": Scope("seated", "buildings within the ground of one's seats"),
    "desk:borders": Scope("seated", "borders are public ground"),
    "desk:base": Scope("seated", "streets and houses under the map, which are public"),
    "desk:centre": Scope("seated", "what a centre oversees, from seats that supervise, within their ground"),
    "desk:burden": Scope(
        "seated", "sums of a unit whose figures are open to the person, by reporting.scopes"
    ),
    "desk:figures": Scope("seated", "figures open to the person, by reporting.scopes"),
    "desk:behind": Scope("seated", "of what such a figure counts, the matters open to the person, by access"),
    "desk:ledger": Scope("seated", "seals and the proof; no record"),
    "desk:admission": Scope(
        "seated", "applications of one's own desk, or to review, by matters.admission_access"
    ),
    "desk:apply": Scope("seated", "applying for an item, from a seat that applies"),
    "desk:application": Scope("seated", "one application, by matters.admission_access; never a resident"),
    "desk:application_change": Scope("seated", "the same, written anew by the desk that applies"),
    "desk:batch_new": Scope("seated", "gathering what was admitted, by whoever reviews"),
    "desk:batch": Scope("seated", "one batch, by whoever reviews"),
    "desk:phrases": Scope("seated", "canned answers of one's own unit or department, by documents.access"),
    "desk:phrase": Scope("seated", "one of them, by documents.access"),
    "desk:to_tell": Scope(
        "seated",
        "what must be told by hand, of matters one stands by; what did not go out, by whoever oversees",
    ),
    "desk:groups": Scope(
        "seated",
        "chat groups as channels, of the ground one oversees or that a post of one's own keeps; nobody in them",
    ),
    "desk:broadcasts": Scope("seated", "texts to many groups, of the ground one oversees"),
    "desk:broadcast_new": Scope(
        "seated", "writing one, by whoever oversees; it goes out when another has read it"
    ),
    "desk:broadcast": Scope("seated", "one of them, of the ground one oversees; counts, and names of groups"),
    "desk:drawer": Scope("signed_in", "what was told in an invented district", invented=True),
    "desk:matter": Scope("seated", "one matter", ground=True),
    "desk:taken": Scope("seated", "where one's own report went", ground=True),
    "desk:step": Scope("seated", "one matter's step", ground=True),
    "desk:beside": Scope("seated", "one matter's act beside its steps", ground=True),
    "desk:recusal": Scope("seated", "whom one matter is kept from", ground=True),
    "desk:relay": Scope(
        "seated", "words between the desk that has one matter and its reporter; no number", ground=True
    ),
    "desk:restate": Scope(
        "seated", "asking whom one matter complains of for their side; never by them", ground=True
    ),
    "desk:rights": Scope(
        "seated", "what people ask about their own data, for whoever answers for personal information"
    ),
    "desk:right": Scope("seated", "one such request: done, or refused with a reason; by the same"),
    "desk:statements": Scope("seated", "what one is asked to state, as somebody wrote it anew; no matter"),
    "desk:statement": Scope("seated", "one such question, to whoever answers for the party, until answered"),
    "desk:team": Scope("seated", "the team of one matter; named by whoever leads it", ground=True),
    "desk:standing_teams": Scope("seated", "teams that one's own desks keep; staff by name, no matter"),
    "desk:standing_team": Scope("seated", "one of them, of one's own desks"),
    "desk:hand_out": Scope(
        "seated", "handing one matter to somebody outside, by whoever handles it", ground=True
    ),
    "desk:handover": Scope("seated", "one such handover: read, prolonged, ended", ground=True),
    "desk:rating": Scope("seated", "recording one reporter's rating, by matters.reporters_part", ground=True),
    "desk:reopening": Scope("seated", "recording that an end was none, by the same", ground=True),
    "desk:extend": Scope("seated", "lengthening one matter's promise: asking, granting", ground=True),
    "desk:attachment": Scope("seated", "one document of a matter as a file; recorded", ground=True),
    "desk:papers": Scope(
        "seated", "one matter's papers; issuing and voiding by documents.papers", ground=True
    ),
    "desk:paper_new": Scope("seated", "one paper as it would be, and issuing it", ground=True),
    "desk:paper_file": Scope("seated", "one issued paper as a file; recorded", ground=True),
    "desk:place": Scope("seated", "saying where one matter lies, from a seat that accepts it", ground=True),
    "desk:item": Scope("seated", "saying what one matter is, from a seat that accepts it", ground=True),
    "desk:parts": Scope("seated", "taking parts out of one matter, from the same", ground=True),
    "desk:unmerge": Scope("seated", "undoing a merger of one matter, from the same", ground=True),
    "desk:confirm": Scope("seated", "the second person's word on one matter's step", ground=True),
    "desk:photo": Scope("seated", "one matter's picture", ground=True),
    "desk:picture": Scope("seated", "the same on a page, where parts of it are covered", ground=True),
    "desk:original": Scope("seated", "its original, for a purpose, by whoever works on it", ground=True),
    "desk:photos_file": Scope("seated", "one matter's pictures as a file; recorded", ground=True),
    "desk:ask_reporter": Scope("seated", "asking for one matter's reporter", ground=True),
    "desk:reporter": Scope("seated", "answering for one matter's reporter", ground=True),
    "desk:why": Scope("seated", "one matter's derivations", ground=True),
    "desk:why_due": Scope("seated", "one promise of one matter", ground=True),
    "setup:home": Scope("open", "asks for the setup code while nobody can sign in; leads on whoever sets up"),
    "setup:model": Scope("models", "choosing a published model, or one's own; reading the one in force"),
    "setup:names": Scope(
        "setup", "what the district calls the chosen model and its levels, before the opening"
    ),
    "setup:book": Scope("models", "the handbook of the model in force, of the draft, or of a published one"),
    "setup:draft": Scope("models", "the draft of the model: drafted by one, published by another"),
    "setup:change": Scope("models", "one thing of the draft, by a form"),
    "setup:text": Scope("models", "the draft as text"),
    "setup:text_file": Scope("models", "the draft as files"),
    "setup:check": Scope("setup", "the proof of a model"),
    "setup:workbook": Scope("setup", "the workbook with staff; never a resident"),
    "setup:file": Scope("setup", "workbooks to fill in, and the one that came back"),
    "setup:staff": Scope("setup", "vacancies as counts, and staff by name; never a resident"),
    "setup:staff_new": Scope("setup", "an account and its first post"),
    "setup:unit_names": Scope("setup", "names of units, which are public"),
    "setup:staff_person": Scope("setup", "one member of staff: their terms and account"),
    "setup:leaving": Scope(
        "setup", "what somebody who leaves holds: numbers of matters and counts, no words of any"
    ),
    "setup:leaving_done": Scope(
        "setup", "a handover as it was recorded: counts; part by part for whoever made it, in their session"
    ),
    "setup:rota": Scope("setup", "who is reached when; what was worked is not kept"),
    "setup:rota_of": Scope("setup", "one post's rota at one unit"),
    "setup:coming": Scope("setup", "what is registered for a day to come, and by whom"),
    "setup:borders": Scope("setup", "borders, which are public ground"),
    "setup:ground": Scope("setup", "the same as GeoJSON for the map"),
    "setup:plans": Scope("setup", "plans of the ground; numbers of matters and of people, nobody's name"),
    "setup:people": Scope("setup", "slips for those who were never here"),
    "setup:calendar": Scope("setup", "the work calendar of the instance; no record"),
    "setup:imports": Scope(
        "setup", "records of another system before they are taken in, first rows and counts"
    ),
    "setup:import_mapping": Scope("setup", "the mapping as a file; no record"),
    "setup:import_rejected": Scope("setup", "rows of the handed-in file that were not taken, with reasons"),
    "setup:channels": Scope("setup", "doors by which tellings leave; never a key, no record"),
    "setup:channel_new": Scope("setup", "setting one up"),
    "setup:channel": Scope("setup", "one of them: changed, tried, paused, started, removed; recorded"),
    "setup:papers": Scope("models", "the forms and numbers of papers; no record"),
    "setup:paper": Scope("models", "one form: handed in by one, published by another"),
    "setup:paper_form": Scope("models", "one form as a Word file; no record"),
    "setup:finish": Scope("setup", "what is still missing, as counts"),
    "api:matters": Scope("token", "reports, and the list of what the key's post may see"),
    "api:matter": Scope("token", "one matter", ground=True),
    "api:ratings": Scope("token", "recording one reporter's rating, by matters.reporters_part", ground=True),
    "api:reopenings": Scope("token", "recording that an end was none, by the same", ground=True),
    "api:steps": Scope("token", "one matter's step", ground=True),
    "api:asides": Scope("token", "acting beside one matter's steps", ground=True),
    "api:extensions": Scope("token", "lengthening one matter's promise: asking, granting", ground=True),
    "api:items": Scope("token", "saying what one matter is, from a seat that accepts it", ground=True),
    "api:places": Scope("token", "saying where one matter lies, from the same", ground=True),
    "api:parts": Scope("token", "taking parts out of one matter, from the same", ground=True),
    "api:unmergings": Scope("token", "undoing a merger of one matter, from the same", ground=True),
    "api:answers": Scope("token", "the second person's word on one matter's step", ground=True),
    "api:photo": Scope("token", "one matter's picture", ground=True),
    "api:team": Scope("token", "the team of one matter; named by whoever leads it", ground=True),
    "api:handovers": Scope(
        "token",
        "who outside was asked about one matter; handing it over, from the desk that has it",
        ground=True,
    ),
    "api:handover": Scope(
        "token",
        "one handover of one matter; its moment and its end, from the desk that keeps it",
        ground=True,
    ),
    "api:links": Scope("token", "another link of one handover, from the same", ground=True),
    "api:papers": Scope(
        "token", "one matter's papers; issuing one, by documents.papers.issuing_seat", ground=True
    ),
    "api:paper": Scope("token", "one paper of one matter", ground=True),
    "api:paper_pdf": Scope("token", "the same as a file; each taking is recorded", ground=True),
    "api:paper_docx": Scope("token", "the same as a file; each taking is recorded", ground=True),
    "api:voidings": Scope("token", "voiding one paper of one matter, by whoever may issue one", ground=True),
    "api:parties": Scope("token", "whom the key's seat may name, by a part of the name"),
    "api:file": Scope("token", "one document of a matter; recorded", ground=True),
    "api:events": Scope("token", "the kinds of events that can be pushed; no record"),
    "api:webhooks": Scope("token", "addresses of the key's own seat"),
    "api:webhook": Scope("token", "one address of the key's own seat"),
    "api:deliveries": Scope("token", "what was pushed to it: numbers of matters that were open to the seat"),
    "api:replays": Scope("token", "pushing it again, if the seat may still see it"),
    "api:pings": Scope("token", "an event that says nothing"),
    "api:secrets": Scope("token", "changing what it is signed with"),
    "api:units": Scope("token", "names and places of units, which are public"),
    "api:openapi": Scope("open", "the description of the interface; it holds no record"),
}


def scope_of(view_name: str) -> Scope:
    """The scope of an address by the name of its pattern; sign-in when none was declared."""
    return SCOPES.get(view_name, SIGNED_IN)

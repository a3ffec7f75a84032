"""What the style guide shows: every component in every state, on made-up content."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    RadioField,
    StringField,
    TimeField,
)

from peer_visits.web.forms import Form, Required, address, choice, line, options, password, text, ticks, whole
from peer_visits.web.moment import request_time
from peer_visits.web.pages import Page

KINDS = (("local", _l("Local authority")), ("civil", _l("Association")), ("other", _l("Other")))


class SampleForm(Form):
    """One field of every kind."""

    name = line(_l("Your name"), description=_l("As it should stand on the list of participants."))
    email = address(_l("E-mail address"))
    secret = password(_l("Password"))
    kind = choice(_l("Kind of organisation"), [("", _l("Choose one")), *KINDS])
    starts_on = DateField(_l("First day"), validators=[Required()])
    starts_at = TimeField(_l("Begins at"), description=_l("In Brussels time."), validators=[Required()])
    places = whole(_l("Places"), 1, 1000)
    website = line(_l("Website"), required=False)
    locked = StringField(_l("Not yours to change"), render_kw={"disabled": True})
    motivation = text(_l("Why this visit"), limit=300)
    report = FileField(_l("The document"), description=_l("A PDF of at most 20 MB."))
    format = RadioField(
        _l("How it is held"),
        choices=options([("online", _l("Online")), ("onsite", _l("On site")), ("hybrid", _l("Both"))]),
        description=_l("People plan their travel by this."),
        validators=[Required()],
    )
    topics = ticks(_l("Topics"), [("reuse", _l("Reuse of buildings")), ("rural", _l("Rural heritage"))])
    agree = BooleanField(_l("The host may see my answers"), validators=[Required()])


@dataclass(frozen=True)
class SampleVisit:
    """As much of a visit as a card shows."""

    slug: str
    place: str
    country: str
    title: str
    held_starts_on: date | None = None
    held_ends_on: date | None = None
    announced_starts_on: date | None = None
    announced_ends_on: date | None = None
    dates_text: str = ""
    format: str = "online"
    capacity: int = 24


@dataclass(frozen=True)
class SamplePage(Page[Any]):
    """A page of a list that leads nowhere."""

    items: list[Any] = field(default_factory=list)
    number: int = 4
    total: int = 261

    def url_for(self, number: int) -> str:
        """The same page."""
        return f"#page-{number}"


VISITS = (
    SampleVisit(
        "vantaa-2021",
        "Vantaa",
        "FI",
        "A city and its cultural environment",
        date(2026, 5, 18),
        date(2026, 5, 20),
    ),
    SampleVisit(
        "kortrijk-2021",
        "Kortrijk",
        "BE",
        "Participation and co-creation",
        date(2026, 5, 31),
        date(2026, 6, 4),
    ),
    SampleVisit("sibenik-2021", "Šibenik", "HR", "A fortress that pays for itself", dates_text="April 2026"),
)
APPLICANTS = (
    ("Aino Korhonen", "City of Turku", "FI", 1, 92, "done"),
    ("Elena Popescu", "Asociația Rhea", "RO", 1, 81, "waiting"),
    ("Łukasz Wójcik", "Miasto Łódź", "PL", 2, 74, "quiet"),
    ("Ελένη Παππά", "Δήμος Αθηναίων", "GR", 2, None, "attention"),
)


def show_style() -> ResponseReturnValue:
    """Every component in every state."""
    form, failing = SampleForm(formdata=None), _failing_form()
    flash("Your draft has been saved.")
    context = {"plain": form, "failing": failing, "visits": VISITS, "applicants": APPLICANTS}
    return render_template("dev/style.html", page=SamplePage(), soon=_soon(), **context)


def _failing_form() -> SampleForm:
    form = SampleForm(
        formdata=None, prefix="bad", meta={"csrf": False}, data={"motivation": "x" * 320, "kind": "other"}
    )
    form.validate()
    form.refusals.append("This form was saved in another window meanwhile.")
    return form


def _soon() -> datetime:
    return request_time() + timedelta(days=6, hours=4)

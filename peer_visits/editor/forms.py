"""Forms of the call editor."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    Field,
    IntegerField,
    SelectField,
)
from wtforms.validators import Optional, ValidationError

from peer_visits.accounts.forms import KINDS, country_choices, language_choices
from peer_visits.calls.models import Call
from peer_visits.calls.states import ScoreOrder
from peer_visits.kernel.zones import WallTime, how_often, is_zone
from peer_visits.storage.base import LONG_TEXT
from peer_visits.visits.models import Visit
from peer_visits.visits.states import HostKind, VisitFormat
from peer_visits.web.formats import reader_locale
from peer_visits.web.forms import (
    Between,
    Form,
    Required,
    VersionedForm,
    choice,
    line,
    options,
    text,
    ticks,
    typed,
)

# The members of the Council of Europe and their neighbours: whom a European programme invites.
EUROPE = re.findall(
    "[A-Z]{2}",
    "AL AD AM AT AZ BY BE BA BG HR CY CZ DK EE FI FR GE DE GR HU IS IE IT XK LV LI LT LU MT MD MC ME NL MK "
    "NO PL PT RO SM RS SK SI ES SE CH TR UA GB",
)
FORMATS = {
    VisitFormat.ONLINE: _l("Online"),
    VisitFormat.ONSITE: _l("On site"),
    VisitFormat.HYBRID: _l("Hybrid"),
}
HOST_KINDS = {
    HostKind.UNKNOWN: _l("Not said"),
    HostKind.CITY: _l("City or municipality"),
    HostKind.REGION: _l("Region"),
    HostKind.PARK: _l("Park or protected area"),
    HostKind.INSTITUTION: _l("Public institution"),
    HostKind.ASSOCIATION: _l("Association or initiative"),
}
# Empty lines for new criteria on the page.
NEW_CRITERIA = 2


def _number(label: Any, lowest: int, highest: int, *, required: bool = True, **kwargs: Any) -> IntegerField:
    message = _l("Write a whole number from %(low)s to %(high)s.", low=lowest, high=highest)
    presence = Required(_l("Write a number.")) if required else Optional()
    return IntegerField(label, validators=[presence, Between(lowest, highest, message)], **kwargs)


def _wall_time(label: Any, **kwargs: Any) -> DateTimeLocalField:
    return DateTimeLocalField(
        label,
        format=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"],
        validators=[Required(_l("Say when."))],
        render_kw={"step": 1},
        **kwargs,
    )


def _countries() -> list[tuple[str, str]]:
    names = dict(country_choices(reader_locale()))
    return sorted(((code, names.get(code, code)) for code in EUROPE), key=lambda country: country[1])


def wall_problem(moment: datetime | None, zone: str) -> str:
    """What is wrong with a wall time in a zone: the clock skips it, or shows it twice."""
    if moment is None or not is_zone(zone):
        return ""
    problems = {
        WallTime.NEVER: _("The clock skips this time on that day. Choose another."),
        WallTime.TWICE: _("The clock shows this time twice on that day. Choose another."),
    }
    return str(problems.get(how_often(moment, zone), ""))


class TitleForm(Form):
    """The title of a new call."""

    title = line(_l("Title of the call"))


class CloneForm(TitleForm):
    """The title of a call made from an earlier one."""

    with_visits = BooleanField(_l("Take the visits over too, without their dates"))


class SettingsForm(VersionedForm):
    """Everything about a call but its criteria, visits and questions."""

    title = line(_l("Title"))
    summary = text(
        _l("Summary"),
        required=False,
        limit=500,
        description=_l("A sentence or two for lists and search engines."),
    )
    welcome = text(
        _l("Welcome text"),
        required=False,
        limit=LONG_TEXT,
        description=_l("Markdown: **bold**, lists, links."),
    )
    opens = _wall_time(_l("Opens"))
    closes = _wall_time(_l("Closes"))
    zone = line(
        _l("Time zone of the call"),
        limit=64,
        description=_l("The call opens and closes by its clock, exact to the second."),
        render_kw={"list": "zones", "autocomplete": "off"},
    )
    shortlists_by = DateField(_l("Shortlists by"), validators=[Optional()])
    answers_by = DateField(_l("Answers by"), validators=[Optional()])
    languages = ticks(
        _l("Languages of the form"),
        lambda: language_choices(reader_locale()),
        description=_l(
            "Questions are written in each; the first one ticked stands in where words are missing."
        ),
    )
    max_choices = _number(_l("Visits one person may choose"), 1, 20)
    places_per_person = _number(_l("Places one person may get"), 1, 20)
    answer_days = _number(_l("Days to answer an offer"), 1, 60)
    moves_deadlines = BooleanField(
        _l("No deadline at night or on a weekend"),
        description=_l(
            "An offer that would end in its person's night or weekend ends at noon of their next working day."
        ),
    )
    grace_minutes = _number(
        _l("Minutes in which a decision can be undone"),
        0,
        1440,
        description=_l("So long its mails wait and nobody sees an answer. 0: the mails leave at once."),
    )
    promotion_stops_days = _number(
        _l("Days before a visit on which its waiting list closes"),
        0,
        60,
        description=_l("Later than that, a place that becomes free stays free."),
    )
    upgrade_chain = BooleanField(
        _l("Ask people with a lower choice first"),
        description=_l(
            "When a place becomes free, those who hold one in a visit they wanted less may change to it, and theirs "
            "goes on to the next."
        ),
    )
    asks_substitute = BooleanField(_l("Ask for a substitute from the same organisation"))
    blind = BooleanField(
        _l("Hosts read without names"),
        description=_l(
            "Names, organisations, contacts and the answers you mark are hidden from hosts until their scores are in."
            " It can be changed until the first application is scored."
        ),
    )
    eligible_countries = ticks(
        _l("Countries"), _countries, description=_l("None ticked: people from everywhere may apply.")
    )
    eligible_kinds = ticks(
        _l("Kinds of organisation"),
        [(kind.value, name) for kind, name in KINDS],
        description=_l("None ticked: everybody may apply."),
    )
    most_per_country = _number(_l("At most from one country"), 1, 1000, required=False)
    most_per_organisation = _number(_l("At most from one organisation"), 1, 1000, required=False)
    score_order = choice(
        _l("Which score orders applicants"),
        [
            (ScoreOrder.RAW.value, _l("The plain mean of all readers")),
            (ScoreOrder.ADJUSTED.value, _l("The score adjusted for strict and mild readers")),
        ],
        description=_l("Hosts see both. A second reader near the last place says more than any adjustment."),
    )
    privacy = text(
        _l("What happens with the answers"),
        required=False,
        limit=LONG_TEXT,
        description=_l("The privacy text beside the form, in Markdown: who reads them, why, for how long."),
    )

    def validate_zone(self, field: Field) -> None:
        """Only zones that exist."""
        if field.data and not is_zone(field.data):
            raise ValidationError(_("Choose a zone from the list, such as Europe/Brussels."))

    def validate_opens(self, field: Field) -> None:
        """A time that the clock shows once."""
        problem = wall_problem(field.data, typed(self.zone))
        if problem:
            raise ValidationError(problem)

    validate_closes = validate_opens

    def validate_languages(self, field: Field) -> None:
        """A form without words is none."""
        if not field.data:
            raise ValidationError(_("Tick at least one language."))

    def values(self) -> dict[str, Any]:
        """What was typed, as the service takes it."""
        plain = ("title", "summary", "welcome", "privacy", "zone")
        chosen = (
            "opens",
            "closes",
            "shortlists_by",
            "answers_by",
            "languages",
            "max_choices",
            "places_per_person",
            "answer_days",
            "moves_deadlines",
            "grace_minutes",
            "promotion_stops_days",
            "upgrade_chain",
            "asks_substitute",
            "blind",
            "most_per_country",
            "most_per_organisation",
        )
        lists = ("eligible_countries", "eligible_kinds")
        return {
            **{name: typed(self[name]) for name in plain},
            **{name: self[name].data for name in chosen},
            "score_order": ScoreOrder(self.score_order.data),
            **{name: list(self[name].data or ()) for name in lists},
        }


def settings_form(call: Call) -> SettingsForm:
    """The settings, filled with what is saved."""
    names = [name for name in SettingsForm(formdata=None)._fields if hasattr(call, name)]
    data = {name: getattr(call, name) for name in names}
    data |= {
        "opens": datetime.fromisoformat(call.opens_wall),
        "closes": datetime.fromisoformat(call.closes_wall),
    }
    return SettingsForm(data=data)


class ExtendForm(VersionedForm):
    """A later end."""

    zone = ""
    closes = _wall_time(_l("Closes"))
    answers_by = DateField(_l("Answers by"), validators=[Optional()])

    @property
    def end(self) -> datetime:
        """The wall time typed, once the form is found right."""
        return cast(datetime, self.closes.data)

    def validate_closes(self, field: Field) -> None:
        """A time that the clock shows once."""
        problem = wall_problem(field.data, self.zone)
        if problem:
            raise ValidationError(problem)


def extend_form(call: Call) -> ExtendForm:
    """The end as it is now, to be moved."""
    form = ExtendForm(
        data={
            "version": call.version,
            "closes": datetime.fromisoformat(call.closes_wall),
            "answers_by": call.answers_by,
        }
    )
    form.zone = call.zone
    return form


class VisitForm(VersionedForm):
    """What is said about a visit before it is held."""

    place = line(_l("Place"), description=_l("The city or region, as it should stand on the card."))
    country = choice(_l("Country"), lambda: [("", _("Choose one")), *country_choices(reader_locale())])
    host_name = line(_l("Host"), description=_l("The body that hosts, such as “City of Vantaa”."))
    host_kind = SelectField(
        _l("Kind of host"),
        choices=lambda: options((one.value, name) for one, name in HOST_KINDS.items()),
        default=HostKind.UNKNOWN.value,
        description=_l("The library can be narrowed by it."),
    )
    called_title = line(_l("Title"), required=False, limit=300)
    topic = line(_l("Topic"), required=False, limit=300)
    about = text(_l("About the visit"), required=False, description=_l("Markdown: **bold**, lists, links."))
    format = choice(_l("How it is held"), [(one.value, name) for one, name in FORMATS.items()])
    zone = line(_l("Time zone"), limit=64, render_kw={"list": "zones", "autocomplete": "off"})
    capacity = _number(_l("Places"), 1, 1000)
    language = choice(_l("Language"), lambda: language_choices(reader_locale()))
    announced_starts_on = DateField(_l("First day"), validators=[Optional()])
    announced_ends_on = DateField(_l("Last day"), validators=[Optional()])

    def validate_zone(self, field: Field) -> None:
        """Only zones that exist."""
        if field.data and not is_zone(field.data):
            raise ValidationError(_("Choose a zone from the list, such as Europe/Brussels."))

    def validate_announced_ends_on(self, field: Field) -> None:
        """The last day is not before the first."""
        first = self.announced_starts_on.data
        if field.data and not first:
            raise ValidationError(_("Say the first day too."))
        if field.data and first and field.data < first:
            raise ValidationError(_("The last day lies before the first."))

    def values(self) -> dict[str, Any]:
        """What was typed, as the service takes it."""
        texts = ("place", "country", "host_name", "called_title", "topic", "about", "zone", "language")
        first, last = self.announced_starts_on.data, self.announced_ends_on.data
        return {
            **{name: typed(self[name]) for name in texts},
            "format": VisitFormat(typed(self.format)),
            "host_kind": HostKind(typed(self.host_kind)),
            "capacity": self.capacity.data,
            "announced_starts_on": first,
            "announced_ends_on": last or first,
        }


def visit_form(visit: Visit | None, zone: str) -> VisitForm:
    """The form of a visit, filled with what is saved."""
    if visit is None:
        return VisitForm(
            data={"version": 0, "zone": zone, "capacity": 12, "language": "en", "format": "online"}
        )
    names = [name for name in VisitForm(formdata=None)._fields if hasattr(visit, name)]
    data = {name: getattr(visit, name) for name in names}
    return VisitForm(data={**data, "format": visit.format.value})


class StepForm(VersionedForm):
    """A step that needs nothing but the version it was seen at."""


def typed_order(pairs: Iterable[tuple[str, str]]) -> list[uuid.UUID]:
    """Ids in the order of the numbers typed beside them, from fields named `visit_<id>`."""
    found: list[tuple[int, int, uuid.UUID]] = []
    for name, value in pairs:
        start, _underscore, rest = name.partition("_")
        if start == "visit" and len(rest) == 32 and value.isascii() and value.isdigit():
            found.append((int(value[:9]), len(found), uuid.UUID(rest)))
    return [one for _number, _at, one in sorted(found)]

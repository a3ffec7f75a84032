"""The settings of a call."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, Field
from wtforms.validators import Optional, ValidationError

from peer_visits.accounts.forms import KINDS, country_choices, language_choices
from peer_visits.calls.models import Call
from peer_visits.calls.states import ScoreOrder
from peer_visits.editor.forms.fields import values_of, wall_problem, wall_time
from peer_visits.kernel.zones import is_zone
from peer_visits.storage.base import LONG_TEXT
from peer_visits.web.formats import reader_locale
from peer_visits.web.forms import VersionedForm, choice, line, text, ticks, typed, whole

# The members of the Council of Europe and their neighbours: whom a European programme invites.
EUROPE = re.findall(
    "[A-Z]{2}",
    "AL AD AM AT AZ BY BE BA BG HR CY CZ DK EE FI FR GE DE GR HU IS IE IT XK LV LI LT LU MT MD MC ME NL MK "
    "NO PL PT RO SM RS SK SI ES SE CH TR UA GB",
)


def _countries() -> list[tuple[str, str]]:
    names = dict(country_choices(reader_locale()))
    return sorted(((code, names.get(code, code)) for code in EUROPE), key=lambda country: country[1])


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
    opens = wall_time(_l("Opens"))
    closes = wall_time(_l("Closes"))
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
    max_choices = whole(_l("Visits one person may choose"), 1, 20)
    places_per_person = whole(_l("Places one person may get"), 1, 20)
    answer_days = whole(_l("Days to answer an offer"), 1, 60)
    moves_deadlines = BooleanField(
        _l("No deadline at night or on a weekend"),
        description=_l(
            "An offer that would end in its person's night or weekend ends at noon of their next working day."
        ),
    )
    grace_minutes = whole(
        _l("Minutes in which a decision can be undone"),
        0,
        1440,
        description=_l("So long its mails wait and nobody sees an answer. 0: the mails leave at once."),
    )
    promotion_stops_days = whole(
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
    most_per_country = whole(_l("At most from one country"), 1, 1000, required=False)
    most_per_organisation = whole(_l("At most from one organisation"), 1, 1000, required=False)
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
        """What was typed, as the service takes it: every field is a setting of the call."""
        return {**values_of(self), "score_order": ScoreOrder(self.score_order.data)}


def settings_form(call: Call) -> SettingsForm:
    """The settings, filled with what is saved."""
    names = [name for name in SettingsForm(formdata=None)._fields if hasattr(call, name)]
    data = {name: getattr(call, name) for name in names}
    data |= {
        "opens": datetime.fromisoformat(call.opens_wall),
        "closes": datetime.fromisoformat(call.closes_wall),
    }
    return SettingsForm(data=data)

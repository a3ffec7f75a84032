"""What the rows of an import are matched with, read from the call."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import cache

from babel import Locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.forms import KINDS, country_choices
from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application
from peer_visits.calls.models import Call
from peer_visits.imports.rules.context import Context
from peer_visits.kernel.text import fold
from peer_visits.outbox.wording.speech import LANGUAGES
from peer_visits.questions.queries import read_questionnaire
from peer_visits.visits.models import Visit
from peer_visits.visits.queries import list_visits_of_call

# What the European institutions write for two countries whose code is another.
_TAGS = {"el": "GR", "uk": "GB"}


def make_context(session: Session, call: Call) -> Context:
    """All of it in a fixed number of statements."""
    return Context(
        visits=_visit_names(list_visits_of_call(session, call.id)),
        questionnaire=read_questionnaire(session, call.id),
        countries=country_names(),
        kinds=_kind_names(),
        most_choices=call.max_choices,
        eligible_countries=call.eligible_countries,
        eligible_kinds=call.eligible_kinds,
        applied=_applied(session, call),
    )


def _visit_names(visits: Sequence[Visit]) -> dict[str, uuid.UUID]:
    names: dict[str, uuid.UUID] = {}
    for visit in visits:
        for name in (visit.title, visit.slug, str(visit.id), f"{visit.place}: {visit.title}", visit.place):
            if name:
                names[fold(name)] = visit.id
    return names


def _kind_names() -> dict[str, str]:
    return {fold(name): kind.value for kind, words in KINDS for name in (kind.value, str(words))}


@cache
def country_names() -> dict[str, str]:
    """Every name a country is written with: codes, and names in the languages of programme and hosts."""
    known = {code for code, _name in country_choices("en")}
    names = {fold(code): code for code in known} | _TAGS
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if code in known:
                names.setdefault(fold(name), code)
    return names


def _applied(session: Session, call: Call) -> frozenset[str]:
    query = (
        select(Person.email)
        .join(Application, Application.person_id == Person.id)
        .where(Application.call_id == call.id)
    )
    return frozenset(session.scalars(query))

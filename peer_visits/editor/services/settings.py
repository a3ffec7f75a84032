"""A call is made, and its settings are changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.calls.models import Call, Criterion, Programme
from peer_visits.calls.rules import phase
from peer_visits.calls.states import CallPhase, CallState
from peer_visits.calls.steps import log_call
from peer_visits.editor.rules import OPENS_AFTER, STAYS_OPEN, make_slug
from peer_visits.editor.services.criteria import is_scored
from peer_visits.editor.steps import check_changeable
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import phrase
from peer_visits.kernel.zones import to_utc, to_wall
from peer_visits.questions.starting import add_starting_questions
from peer_visits.shortlist.models import ShortlistEntry
from peer_visits.storage.steps import update_one
from peer_visits.visits.models import Visit

ZONE = "Europe/Brussels"


_CRITERIA = (
    ("Expertise", "What the applicant already knows and can bring to the group."),
    ("Learning needs", "How clearly the applicant says what to learn, and how the visit answers it."),
)


def create_call(session: Session, *, actor: Person, now: datetime, programme: Programme, title: str) -> Call:
    """A draft with a default window, two criteria and two questions to begin with."""
    call = new_call(session, now, programme, title)
    session.add(call)
    session.flush()
    for position, (name, words) in enumerate(_CRITERIA, start=1):
        session.add(Criterion(call_id=call.id, position=position, titles={"en": name}, helps={"en": words}))
    add_starting_questions(session, call.id)
    log_call(session, actor, now, call, "call.created")
    return call


def new_call(session: Session, now: datetime, programme: Programme, title: str, zone: str = ZONE) -> Call:
    """A call that opens and closes as calls usually do, not added yet."""
    opens = to_wall(now + OPENS_AFTER, zone).replace(hour=10, minute=0, second=0, microsecond=0)
    closes = (opens + STAYS_OPEN).replace(hour=23, minute=59, second=59)
    return Call(
        id=new_id(),
        programme_id=programme.id,
        slug=make_slug(title, set(session.scalars(select(Call.slug)))),
        title=title,
        zone=zone,
        opens_wall=opens.isoformat(),
        closes_wall=closes.isoformat(),
        opens_at=to_utc(opens, zone),
        closes_at=to_utc(closes, zone),
    )


def change_settings(
    session: Session, *, actor: Person, now: datetime, call: Call, version: int, **values: Any
) -> None:
    """Save the settings; `opens` and `closes` are wall times in the call's zone. Raises Refused or Stale.

    Once the call is public its window moves only by closing early or extending, and no promise shrinks.
    """
    check_changeable(call)
    if call.state is not CallState.DRAFT:
        _check_promises(call, now, values)
    _check_blind(session, call, blind=values["blind"])
    moments = _window(values.pop("opens"), values.pop("closes"), values["zone"])
    if values["answers_by"] and values["answers_by"] <= moments["closes_at"].date():
        raise Refused(phrase("Choose a day after the call has closed."), field="answers_by")
    _check_shortlists_by(values, moments["closes_at"].date())
    before = {name: getattr(call, name) for name in values}
    changed = sorted(name for name, value in values.items() if before[name] != value)
    update_one(
        session,
        Call,
        Call.id == call.id,
        Call.version == version,
        version=version + 1,
        **moments,
        **values,
    )
    log_call(session, actor, now, call, "call.changed", fields=changed)


def _check_shortlists_by(values: Mapping[str, Any], closes_on: date) -> None:
    """Hosts hand over after the call has closed, and before people are promised their answer."""
    day, answers_by = values["shortlists_by"], values["answers_by"]
    if day and day <= closes_on:
        raise Refused(phrase("Choose a day after the call has closed."), field="shortlists_by")
    if day and answers_by and day > answers_by:
        raise Refused(phrase("Choose a day no later than the day of the answers."), field="shortlists_by")


def _check_promises(call: Call, now: datetime, values: Mapping[str, Any]) -> None:
    opens, closes = values["opens"].isoformat(), values["closes"].isoformat()
    if closes != call.closes_wall or values["zone"] != call.zone:
        raise Refused(
            phrase("The call is public: its end moves by extending it or closing it early."), field="closes"
        )
    if opens != call.opens_wall and phase(call, now) is not CallPhase.UPCOMING:
        raise Refused(phrase("The call has opened already."), field="opens")
    if values["max_choices"] < call.max_choices:
        raise Refused(
            phrase("Somebody may have chosen as many already; the number can only grow."), field="max_choices"
        )


def _check_blind(session: Session, call: Call, *, blind: bool) -> None:
    """What somebody has read with names cannot be read without; and the other way round nobody was asked."""
    if blind != call.blind and (is_scored(session, call) or _is_ordered(session, call)):
        raise Refused(
            phrase("Hosts have begun to read: whether they see names stays as it is for this call."),
            field="blind",
        )


def _is_ordered(session: Session, call: Call) -> bool:
    query = (
        select(ShortlistEntry.choice_id)
        .join(Visit, Visit.id == ShortlistEntry.visit_id)
        .where(Visit.call_id == call.id)
        .limit(1)
    )
    return session.scalar(query) is not None


def _window(opens: datetime, closes: datetime, zone: str) -> dict[str, Any]:
    if opens >= closes:
        raise Refused(phrase("The call would close before it opens."), field="closes")
    return {
        "opens_wall": opens.isoformat(),
        "closes_wall": closes.isoformat(),
        "opens_at": to_utc(opens, zone),
        "closes_at": to_utc(closes, zone),
    }

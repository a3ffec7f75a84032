"""A call becomes public, ends later, is put away."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.calls.models import Call
from peer_visits.calls.states import CallState
from peer_visits.calls.steps import log_call
from peer_visits.editor.messages import call_extended
from peer_visits.editor.rules import Lacking, lacking_to_publish
from peer_visits.editor.services.criteria import list_criteria
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.kernel.zones import to_utc
from peer_visits.organiser.queries import list_drafts
from peer_visits.outbox.services import post
from peer_visits.questions.queries import read_questionnaire
from peer_visits.shortlist.models import Shortlist
from peer_visits.storage.steps import update_one
from peer_visits.visits.models import Visit
from peer_visits.visits.queries import list_visits_of_call


def find_lacking(session: Session, call: Call, now: datetime) -> list[Lacking]:
    """What keeps a call from being published."""
    return lacking_to_publish(
        call,
        list_visits_of_call(session, call.id),
        len(list_criteria(session, call)),
        read_questionnaire(session, call.id).all(),
        now,
    )


def publish_call(session: Session, *, actor: Person, now: datetime, call: Call) -> None:
    """Show the call to everybody. Raises Refused as long as something is missing."""
    if call.state is not CallState.DRAFT:
        raise Refused(phrase("The call is public already."))
    lacking = find_lacking(session, call, now)
    if lacking:
        raise Refused(lacking[0].reason)
    _step(session, call, CallState.PUBLISHED)
    log_call(session, actor, now, call, "call.published")


def archive_call(session: Session, *, actor: Person, now: datetime, call: Call) -> None:
    """Put an answered call away: it stays readable and changes no more."""
    if call.state is not CallState.PUBLISHED or not call.decided_at:
        raise Refused(phrase("Only a call that has been decided can be archived."))
    _step(session, call, CallState.ARCHIVED)
    log_call(session, actor, now, call, "call.archived")


def _step(session: Session, call: Call, state: CallState) -> None:
    update_one(
        session,
        Call,
        Call.id == call.id,
        Call.version == call.version,
        Call.state == call.state,
        state=state,
        version=call.version + 1,
    )
    session.refresh(call)


def extend_call(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    call: Call,
    version: int,
    closes: datetime,
    answers_by: date | None,
) -> int:
    """Move the end of a public call later, and tell everyone with a draft; returns how many are told.

    `closes` is a wall time in the call's zone. A call that has just closed opens again by it.
    """
    if call.state is not CallState.PUBLISHED or call.decided_at:
        raise Refused(phrase("Only a public call that is not decided can be extended."))
    closes_at = to_utc(closes, call.zone)
    if closes_at <= max(call.closes_at, now):
        raise Refused(phrase("Choose a moment after the present end and after now."), field="closes")
    if answers_by and answers_by <= closes_at.date():
        raise Refused(phrase("Choose a day after the call has closed."), field="answers_by")
    if call.blind and _is_revealed(session, call):
        raise Refused(
            phrase(
                "Some hosts know the names by now: whoever applied later would not be read as the others were."
            )
        )
    before = call.closes_wall
    update_one(
        session,
        Call,
        Call.id == call.id,
        Call.version == version,
        version=version + 1,
        closes_at=closes_at,
        closes_wall=closes.isoformat(),
        answers_by=answers_by,
    )
    session.refresh(call)
    log_call(session, actor, now, call, "call.extended", before=before, after=call.closes_wall)
    drafts = list_drafts(session, call.id)
    for draft in drafts:
        post(session, call_extended(draft, call), now=now)
    return len(drafts)


def _is_revealed(session: Session, call: Call) -> bool:
    query = (
        select(Shortlist.visit_id)
        .join(Visit, Visit.id == Shortlist.visit_id)
        .where(Visit.call_id == call.id, Shortlist.revealed_at.is_not(None))
        .limit(1)
    )
    return session.scalar(query) is not None

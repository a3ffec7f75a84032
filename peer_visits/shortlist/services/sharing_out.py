"""Who reads what: worked out anew whenever somebody joins or leaves, never taking away what was begun."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice
from peer_visits.audit.services import record
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.shortlist.models import ReadingTask, Review
from peer_visits.shortlist.queries.conflicts import list_barred
from peer_visits.shortlist.rules import Pair, shared_out
from peer_visits.shortlist.services.state import lock_shortlist
from peer_visits.visits.models import Visit
from peer_visits.visits.queries import list_host_team

MOST_READERS = 20


def split_reading(
    session: Session, *, actor: Person, now: datetime, visit: Visit, readers: int | None
) -> None:
    """Each application is read by so many of the team, shared out evenly; none: everybody reads everything."""
    if readers is not None and not 1 <= readers <= MOST_READERS:
        raise Refused(phrase("Write a whole number from %(low)s to %(high)s.", low=1, high=MOST_READERS))
    shortlist = lock_shortlist(session, visit)
    shortlist.readers_per_choice = readers
    session.flush()
    share_out(session, visit)
    record(
        session,
        actor=actor,
        now=now,
        action="reading.split",
        subject=shortlist,
        programme_id=visit.call.programme_id,
        readers=readers or "all",
    )


def share_out(session: Session, visit: Visit) -> int:
    """Write the reading tasks that follow from team, conflicts and what was begun; returns how many changed.

    The shortlist's lock keeps two of these apart.
    """
    per_choice = lock_shortlist(session, visit).readers_per_choice
    before = _tasks(session, visit)
    after = set() if per_choice is None else _shared_out(session, visit, per_choice, before)
    for choice_id, reader_id in before - after:
        session.execute(
            delete(ReadingTask).where(ReadingTask.choice_id == choice_id, ReadingTask.reader_id == reader_id)
        )
    rows = [{"choice_id": choice, "reader_id": reader} for choice, reader in sorted(after - before)]
    if rows:
        session.execute(insert(ReadingTask), rows)
    session.flush()
    return len(before ^ after)


def _shared_out(session: Session, visit: Visit, per_choice: int, before: set[Pair]) -> set[Pair]:
    team = list_host_team(session, visit.id)
    choices = session.scalars(
        select(Choice.id)
        .join(Application, Application.id == Choice.application_id)
        .where(Choice.visit_id == visit.id, Choice.is_sent)
        .order_by(Application.submitted_at, Choice.id)
    ).all()
    return shared_out(
        choices,
        [person.id for person in team],
        per_choice,
        begun=_begun(session, visit),
        before=before,
        barred=list_barred(session, visit, team),
    )


def _tasks(session: Session, visit: Visit) -> set[Pair]:
    query = (
        select(ReadingTask.choice_id, ReadingTask.reader_id)
        .join(Choice, Choice.id == ReadingTask.choice_id)
        .where(Choice.visit_id == visit.id)
    )
    return {(choice, reader) for choice, reader in session.execute(query)}


def _begun(session: Session, visit: Visit) -> set[tuple[uuid.UUID, uuid.UUID]]:
    query = (
        select(Review.choice_id, Review.reviewer_id)
        .join(Choice, Choice.id == Review.choice_id)
        .where(Choice.visit_id == visit.id, ~Review.conflict_of_interest)
    )
    return {(choice, reader) for choice, reader in session.execute(query)}

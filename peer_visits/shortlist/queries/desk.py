"""A host's visits, and how far each has come."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import Session, contains_eager

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Choice
from peer_visits.calls.models import Call
from peer_visits.shortlist.models import Shortlist, ShortlistEntry
from peer_visits.shortlist.states import ShortlistState
from peer_visits.visits.models import HostMember, Visit
from peer_visits.visits.states import HostRole


@dataclass(frozen=True)
class DeskCard:
    """One of a host's visits, with how far the reading has come."""

    visit: Visit
    choices: int
    read: int
    decided: int
    state: ShortlistState
    role: HostRole


def list_desk(session: Session, person: Person) -> list[DeskCard]:
    """Every visit the person hosts, those of the latest call first, in one statement."""
    query = (
        select(
            Visit,
            _count_choices(),
            _count_choices(Choice.is_read.is_(True)),
            _count_entries(),
            func.coalesce(Shortlist.state, ShortlistState.OPEN),
            HostMember.role,
        )
        .join(Visit.call)
        .options(contains_eager(Visit.call))
        .join(HostMember, HostMember.visit_id == Visit.id)
        .outerjoin(Shortlist, Shortlist.visit_id == Visit.id)
        .where(HostMember.person_id == person.id)
        .order_by(Call.closes_at.desc(), Visit.position)
    )
    return [DeskCard(*row) for row in session.execute(query).unique()]


def _count_choices(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(Choice)
        .where(Choice.visit_id == Visit.id, Choice.is_sent, *conditions)
        .correlate(Visit)
        .scalar_subquery()
    )


def _count_entries() -> ScalarSelect[int]:
    query = select(func.count()).select_from(ShortlistEntry)
    return query.where(ShortlistEntry.visit_id == Visit.id).correlate(Visit).scalar_subquery()

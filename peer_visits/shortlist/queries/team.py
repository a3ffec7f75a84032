"""The host team with how far each has read, and the invitations that wait."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Choice
from peer_visits.kernel.ids import digest
from peer_visits.shortlist.models import FormerMember, HostInvitation, ReadingTask, Review, Shortlist
from peer_visits.shortlist.states import InvitationState
from peer_visits.visits.models import HostMember, Visit
from peer_visits.visits.states import HostRole


@dataclass(frozen=True)
class Member:
    """One of the team: how many applications are theirs to read where reading is split, how many are read."""

    person: Person
    role: HostRole
    tasks: int
    read: int


def list_members(session: Session, visit: Visit) -> list[Member]:
    """The team in one statement: leads first, then by name."""
    query = (
        select(Person, HostMember.role, _tasks(visit), _read(visit))
        .join(HostMember, HostMember.person_id == Person.id)
        .where(HostMember.visit_id == visit.id)
        .order_by(Person.name, Person.id)
    )
    rank = list(HostRole)
    return sorted(
        (Member(*row) for row in session.execute(query)), key=lambda member: rank.index(member.role)
    )


def _tasks(visit: Visit) -> ScalarSelect[int]:
    query = (
        select(func.count())
        .select_from(ReadingTask)
        .join(Choice, Choice.id == ReadingTask.choice_id)
        .where(ReadingTask.reader_id == Person.id, Choice.visit_id == visit.id, Choice.is_sent)
    )
    return query.correlate(Person).scalar_subquery()


def _read(visit: Visit) -> ScalarSelect[int]:
    query = (
        select(func.count())
        .select_from(Review)
        .join(Choice, Choice.id == Review.choice_id)
        .where(
            Review.reviewer_id == Person.id,
            ~Review.conflict_of_interest,
            Choice.visit_id == visit.id,
            Choice.is_sent,
        )
    )
    return query.correlate(Person).scalar_subquery()


def list_open_invitations(session: Session, visit: Visit) -> Sequence[HostInvitation]:
    """Who was asked and has not answered, the latest first."""
    query = (
        select(HostInvitation)
        .where(HostInvitation.visit_id == visit.id, HostInvitation.state == InvitationState.OPEN)
        .order_by(HostInvitation.created_at.desc(), HostInvitation.id)
    )
    return session.scalars(query).all()


def find_open_invitation(session: Session, secret: str, *, now: datetime) -> HostInvitation | None:
    """The invitation of a link that can still be used. Looking does not use it up: mail scanners look too."""
    return session.scalar(
        select(HostInvitation).where(
            HostInvitation.digest == digest(secret),
            HostInvitation.state == InvitationState.OPEN,
            HostInvitation.expires_at > now,
        )
    )


def was_member(session: Session, person: Person, slug: str) -> bool:
    """Whether the person was taken off the team of this visit."""
    query = (
        select(FormerMember.person_id)
        .join(Visit, Visit.id == FormerMember.visit_id)
        .where(Visit.slug == slug, FormerMember.person_id == person.id)
    )
    return session.scalar(query) is not None


def list_visits_to_share_out(session: Session) -> Sequence[uuid.UUID]:
    """Visits whose reading is split and that have an application nobody is to read yet."""
    has_task = select(ReadingTask.choice_id).where(ReadingTask.choice_id == Choice.id).exists()
    query = (
        select(Choice.visit_id)
        .join(Shortlist, Shortlist.visit_id == Choice.visit_id)
        .where(Shortlist.readers_per_choice.is_not(None), Choice.is_sent, ~has_task)
        .distinct()
    )
    return session.scalars(query).all()

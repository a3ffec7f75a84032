"""Visits whose agenda somebody may begin with."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaSession
from peer_visits.calls.models import Call, ProgrammeOrganiser
from peer_visits.visits.models import HostMember, Visit
from peer_visits.visits.states import HostRole


def list_sources(session: Session, person: Person, visit: Visit) -> Sequence[Visit]:
    """Other visits with sessions that this person may edit, the latest first."""
    hosts = exists().where(
        HostMember.visit_id == Visit.id,
        HostMember.person_id == person.id,
        HostMember.role != HostRole.EXPERT,
    )
    organises = exists().where(
        ProgrammeOrganiser.programme_id == Call.programme_id, ProgrammeOrganiser.person_id == person.id
    )
    query = (
        select(Visit)
        .join(Visit.call)
        .where(
            Visit.id != visit.id,
            or_(hosts, organises),
            exists().where(AgendaSession.visit_id == Visit.id),
        )
        .order_by(Visit.announced_starts_on.desc(), Visit.slug)
        .limit(100)
    )
    return session.scalars(query).unique().all()

"""Whom a group mail would reach, and what became of it. Each a fixed number of statements."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, null, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice
from peer_visits.applications.states import ApplicationState
from peer_visits.calls.models import Call
from peer_visits.files.models import StoredFile
from peer_visits.mailing.groups.models import GroupMail
from peer_visits.mailing.groups.rules import STATUSES, STOPPED, Candidate, Reach, reach
from peer_visits.mailing.groups.states import Audience, GroupState
from peer_visits.outbox.models import BouncedAddress, Enclosure, Message
from peer_visits.outbox.states import MessageState
from peer_visits.places.models import Place, WaitingEntry
from peer_visits.places.queries import is_known
from peer_visits.places.states import WaitingState
from peer_visits.visits.models import HostMember, Visit


def read_reach(session: Session, group: GroupMail, now: datetime) -> Reach:
    """Who would get it now, who is left out and why, and who gets a copy."""
    team = _team(session, group) if group.copies_to_team and group.visit_id else []
    return reach(group.audience, _statuses(group), _candidates(session, group, now), team=team)


def reach_of_one(session: Session, group: GroupMail, person_id: uuid.UUID, now: datetime) -> Reach:
    """The same for one person alone; an address that bounces is another gate's business."""
    found = _candidates(session, group, now, Person.id == person_id)
    return reach(group.audience, _statuses(group), found, minds_bounces=False)


def is_in_team(session: Session, group: GroupMail, person_id: uuid.UUID) -> bool:
    """Whether a person still belongs to the host team that gets copies."""
    return session.get(HostMember, (group.visit_id, person_id)) is not None


def _statuses(group: GroupMail) -> Sequence[str]:
    known = STATUSES[group.audience]
    return known if group.audience is Audience.WAITING else [one for one in known if one in group.statuses]


def _candidates(
    session: Session, group: GroupMail, now: datetime, *more: ColumnElement[bool]
) -> list[Candidate]:
    query = _QUERIES[group.audience](group, now).where(Call.programme_id == group.programme_id, *more)
    if group.call_id:
        query = query.where(Call.id == group.call_id)
    return list(_as_candidates(session, query, _TABLES[group.audience]))


def _as_candidates(session: Session, query: Select[Any], about_kind: str) -> Iterator[Candidate]:
    for row in session.execute(query.order_by(Person.name, Person.id)):
        person_id, name, email, bounced, call_id, visit_id, about_id, status, knows = row
        yield Candidate(
            person_id,
            name,
            email,
            about_kind,
            about_id,
            call_id,
            visit_id,
            str(getattr(status, "value", status)),
            bounced is not None,
            bool(knows),
        )


def _columns(visit_id: Any, about_id: Any, status: Any, knows: Any) -> Select[Any]:
    return select(
        Person.id,
        Person.name,
        Person.email,
        BouncedAddress.address,
        Call.id,
        visit_id,
        about_id,
        status,
        knows,
    )


def _reachable(query: Select[Any]) -> Select[Any]:
    return query.outerjoin(BouncedAddress, BouncedAddress.address == Person.email)


def _considered(group: GroupMail, status: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    return status.in_({*_statuses(group), *STOPPED[group.audience]})


def _applicants(group: GroupMail, _now: datetime) -> Select[Any]:
    columns = _columns(null(), Application.id, Application.state, literal(True))
    query = (
        _reachable(columns.select_from(Application).join(Person, Person.id == Application.person_id))
        .join(Call, Call.id == Application.call_id)
        .where(_considered(group, Application.state))
    )
    if group.visit_id:
        chosen = select(Choice.id).where(
            Choice.application_id == Application.id, Choice.visit_id == group.visit_id
        )
        query = query.where(chosen.exists())
    return query


def _participants(group: GroupMail, now: datetime) -> Select[Any]:
    columns = _columns(Place.visit_id, Place.id, Place.state, is_known(now))
    query = (
        _reachable(columns.select_from(Place).join(Person, Person.id == Place.person_id))
        .join(Visit, Visit.id == Place.visit_id)
        .join(Call, Call.id == Visit.call_id)
        .where(_considered(group, Place.state))
    )
    return query.where(Place.visit_id == group.visit_id) if group.visit_id else query


def _waiting(group: GroupMail, now: datetime) -> Select[Any]:
    knows = or_(Call.answered_at.is_(None), Call.answered_at <= now)
    columns = _columns(WaitingEntry.visit_id, WaitingEntry.choice_id, WaitingEntry.state, knows)
    query = (
        _reachable(
            columns.select_from(WaitingEntry)
            .join(Choice, Choice.id == WaitingEntry.choice_id)
            .join(Application, Application.id == Choice.application_id)
            .join(Person, Person.id == Application.person_id)
        )
        .join(Visit, Visit.id == WaitingEntry.visit_id)
        .join(Call, Call.id == Visit.call_id)
        .where(
            WaitingEntry.state.in_((WaitingState.WAITING, WaitingState.LEFT)),
            Application.state != ApplicationState.WITHDRAWN,
        )
    )
    return query.where(WaitingEntry.visit_id == group.visit_id) if group.visit_id else query


def _hosts(group: GroupMail, _now: datetime) -> Select[Any]:
    columns = _columns(HostMember.visit_id, HostMember.visit_id, HostMember.role, literal(True))
    query = (
        _reachable(columns.select_from(HostMember).join(Person, Person.id == HostMember.person_id))
        .join(Visit, Visit.id == HostMember.visit_id)
        .join(Call, Call.id == Visit.call_id)
        .where(_considered(group, HostMember.role))
    )
    return query.where(HostMember.visit_id == group.visit_id) if group.visit_id else query


_QUERIES = {
    Audience.APPLICANTS: _applicants,
    Audience.PARTICIPANTS: _participants,
    Audience.WAITING: _waiting,
    Audience.HOSTS: _hosts,
}
_TABLES = {
    Audience.APPLICANTS: Application.__tablename__,
    Audience.PARTICIPANTS: Place.__tablename__,
    Audience.WAITING: Choice.__tablename__,
    Audience.HOSTS: Visit.__tablename__,
}


def _team(session: Session, group: GroupMail) -> list[Candidate]:
    columns = _columns(HostMember.visit_id, HostMember.visit_id, HostMember.role, literal(True))
    query = (
        _reachable(columns.select_from(HostMember).join(Person, Person.id == HostMember.person_id))
        .join(Visit, Visit.id == HostMember.visit_id)
        .join(Call, Call.id == Visit.call_id)
        .where(HostMember.visit_id == group.visit_id)
    )
    return list(_as_candidates(session, query, Visit.__tablename__))


def groups_of_programme(programme_id: uuid.UUID) -> Select[GroupMail]:
    """Drafts first, then what was sent last."""
    return (
        select(GroupMail)
        .where(GroupMail.programme_id == programme_id)
        .order_by(GroupMail.state != GroupState.DRAFT, GroupMail.saved_at.desc(), GroupMail.id)
        .options(joinedload(GroupMail.call), joinedload(GroupMail.visit))
    )


def count_by_group(
    session: Session, group_ids: Iterable[uuid.UUID]
) -> Mapping[uuid.UUID, Mapping[MessageState, int]]:
    """How many mails of each group are in each state. Tests to oneself and copies of mails are not counted."""
    query = (
        select(Message.group_id, Message.state, func.count())
        .where(Message.group_id.in_(list(group_ids)), Message.copy_of.is_(None), Message.kind != "mail.test")
        .group_by(Message.group_id, Message.state)
    )
    found: dict[uuid.UUID, dict[MessageState, int]] = {}
    for group_id, state, number in session.execute(query):
        if group_id:
            found.setdefault(group_id, {})[state] = number
    return found


def list_enclosed(session: Session, group_id: uuid.UUID) -> Sequence[StoredFile]:
    """The files that go with it, in the order they were added."""
    query = (
        select(StoredFile)
        .join(Enclosure, Enclosure.file_id == StoredFile.id)
        .where(Enclosure.group_id == group_id)
        .order_by(Enclosure.position)
    )
    return session.scalars(query).all()


def list_calls_with_visits(
    session: Session, programme_id: uuid.UUID
) -> Sequence[tuple[Call, Sequence[Visit]]]:
    """The calls of a programme, the latest first, each with its visits in their order."""
    query = (
        select(Call, Visit)
        .outerjoin(Visit, Visit.call_id == Call.id)
        .where(Call.programme_id == programme_id)
        .order_by(Call.opens_at.desc(), Call.id, Visit.position)
    )
    found: dict[uuid.UUID, tuple[Call, list[Visit]]] = {}
    for call, visit in session.execute(query).unique():
        visits = found.setdefault(call.id, (call, []))[1]
        if visit is not None:
            visits.append(visit)
    return list(found.values())

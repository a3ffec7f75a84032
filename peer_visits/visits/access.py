"""Fetch a visit and prove that this person may have it. Not theirs and not there are the same."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, exists, or_, select
from sqlalchemy.orm import Session, contains_eager

from peer_visits.accounts.models import Person
from peer_visits.calls.models import Call, ProgrammeOrganiser
from peer_visits.calls.states import CallState
from peer_visits.kernel.errors import Forbidden, must_exist
from peer_visits.visits.models import HostMember, Visit
from peer_visits.visits.states import HostRole

PersonId = uuid.UUID | BindParameter[uuid.UUID]


def get_published_visit(session: Session, slug: str) -> Visit:
    """A visit that everybody may read. Raises NotFound."""
    shown = Call.state.in_((CallState.PUBLISHED, CallState.ARCHIVED))
    return _only(session, _visit(slug).where(shown))


def get_visit_for_host(session: Session, person: Person, slug: str) -> Visit:
    """A visit whose host team this person belongs to, lead or reviewer. Raises NotFound."""
    return _only(session, _visit(slug).where(_is_host(person.id)))


def get_visit_for_lead(session: Session, person: Person, slug: str) -> Visit:
    """The same for a step only a lead may take: a reviewer of the team gets Forbidden, others NotFound."""
    visit = get_visit_for_host(session, person, slug)
    if not is_lead(session, person, visit):
        raise Forbidden
    return visit


def get_visit_for_mover(session: Session, person: Person, slug: str) -> Visit:
    """The same for moving people on the board: an expert of the team reads and scores only, and gets Forbidden."""
    visit = get_visit_for_host(session, person, slug)
    if not may_move(session, person, visit):
        raise Forbidden
    return visit


def may_move(session: Session, person: Person, visit: Visit) -> bool:
    """Whether the person belongs to the visit's host team as lead or reviewer."""
    member = session.get(HostMember, (visit.id, person.id))
    return member is not None and member.role is not HostRole.EXPERT


def get_visit_for_organiser(session: Session, person: Person, slug: str) -> Visit:
    """A visit of a programme this person organises. Raises NotFound."""
    return _only(session, _visit(slug).where(_is_organiser(person.id)))


def get_visit_for_editor(session: Session, person: Person, slug: str) -> Visit:
    """A visit this person hosts or organises; an expert only reads. Raises NotFound."""
    return _only(session, _OF_EDITOR, {"slug": slug, "person": person.id})


def get_visit_for_team(session: Session, person: Person, slug: str) -> Visit:
    """A visit whose host team this person may change: its lead, or the organiser.

    Raises Forbidden for the rest of the team, NotFound for everybody else.
    """
    visit = _only(session, _visit(slug).where(or_(_is_host(person.id), _is_organiser(person.id))))
    organises = session.scalars(_visit(slug).where(_is_organiser(person.id))).unique().one_or_none()
    if organises is None and not is_lead(session, person, visit):
        raise Forbidden
    return visit


def is_lead(session: Session, person: Person, visit: Visit) -> bool:
    """Whether the person leads the visit's host team."""
    member = session.get(HostMember, (visit.id, person.id))
    return member is not None and member.role is HostRole.LEAD


def is_organiser(session: Session, person: Person, visit: Visit) -> bool:
    """Whether the person organises the visit's programme."""
    return session.get(ProgrammeOrganiser, (visit.call.programme_id, person.id)) is not None


def _visit(slug: str | BindParameter[str]) -> Select[Visit]:
    return select(Visit).join(Visit.call).where(Visit.slug == slug).options(contains_eager(Visit.call))


def _is_host(person_id: PersonId, *but: HostRole) -> ColumnElement[bool]:
    return exists().where(
        HostMember.visit_id == Visit.id, HostMember.person_id == person_id, HostMember.role.not_in(but)
    )


def _is_organiser(person_id: PersonId) -> ColumnElement[bool]:
    return exists().where(
        ProgrammeOrganiser.programme_id == Call.programme_id, ProgrammeOrganiser.person_id == person_id
    )


# Written once: a board asks it with every move, and half of what such a question costs is to put it together.
_OF_EDITOR = _visit(bindparam("slug")).where(
    or_(_is_host(bindparam("person"), HostRole.EXPERT), _is_organiser(bindparam("person")))
)


def _only(session: Session, query: Select[Visit], values: Mapping[str, Any] | None = None) -> Visit:
    return must_exist(session.scalars(query, values).unique().one_or_none())

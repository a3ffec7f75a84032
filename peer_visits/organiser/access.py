"""Fetch an application or a message and prove that this organiser may have it."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice
from peer_visits.calls.models import Call, Programme, ProgrammeOrganiser
from peer_visits.kernel.errors import NotFound
from peer_visits.outbox.models import Message


def get_application_for_organiser(session: Session, person: Person, application_id: uuid.UUID) -> Application:
    """An application to a call of theirs, with its person, call, criteria and choices. Raises NotFound."""
    query = (
        select(Application)
        .join(Application.call)
        .join(ProgrammeOrganiser, ProgrammeOrganiser.programme_id == Call.programme_id)
        .where(Application.id == application_id, ProgrammeOrganiser.person_id == person.id)
        .options(
            contains_eager(Application.call).selectinload(Call.criteria),
            joinedload(Application.person),
            selectinload(Application.choices).joinedload(Choice.visit),
        )
    )
    found = session.scalars(query).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def get_message_for_organiser(
    session: Session, person: Person, message_id: uuid.UUID
) -> tuple[Message, Programme]:
    """A mail of a programme of theirs. Raises NotFound."""
    query = (
        select(Message, Programme)
        .join(Programme, Programme.id == Message.programme_id)
        .join(ProgrammeOrganiser, ProgrammeOrganiser.programme_id == Programme.id)
        .where(Message.id == message_id, ProgrammeOrganiser.person_id == person.id)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]

"""Fetch a mail, or a person as far as mail goes, and prove that this organiser may have it."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.calls.models import Programme, ProgrammeOrganiser
from peer_visits.kernel.errors import NotFound
from peer_visits.outbox.models import Message


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


def get_addressee(session: Session, programme: Programme, person_id: uuid.UUID) -> Person:
    """Somebody this programme has written to. Raises NotFound for anybody else."""
    written = select(Message.id).where(Message.programme_id == programme.id, Message.person_id == person_id)
    person = session.get(Person, person_id)
    if person is None or session.scalar(written.limit(1)) is None:
        raise NotFound
    return person

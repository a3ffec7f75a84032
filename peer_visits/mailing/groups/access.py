"""Fetch a group mail and prove that this organiser may have it."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from peer_visits.accounts.models import Person
from peer_visits.calls.models import Programme, ProgrammeOrganiser
from peer_visits.files.models import StoredFile
from peer_visits.kernel.errors import NotFound
from peer_visits.mailing.groups.models import GroupMail
from peer_visits.outbox.models import Enclosure


def get_group_for_organiser(
    session: Session, person: Person, group_id: uuid.UUID
) -> tuple[GroupMail, Programme]:
    """A group mail of a programme of theirs, with its call and visit. Raises NotFound."""
    query = (
        select(GroupMail, Programme)
        .join(Programme, Programme.id == GroupMail.programme_id)
        .join(ProgrammeOrganiser, ProgrammeOrganiser.programme_id == Programme.id)
        .where(GroupMail.id == group_id, ProgrammeOrganiser.person_id == person.id)
        .options(joinedload(GroupMail.call), joinedload(GroupMail.visit))
    )
    found = session.execute(query).unique().one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]


def get_enclosed_file(session: Session, group: GroupMail, file_id: uuid.UUID) -> StoredFile:
    """A file that goes with it. Raises NotFound."""
    if session.get(Enclosure, (group.id, file_id)) is None:
        raise NotFound
    return session.get_one(StoredFile, file_id)

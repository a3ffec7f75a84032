"""Fetch an import and prove that this organiser may go on with it."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.calls.models import Call, ProgrammeOrganiser
from peer_visits.imports.models import ImportFile
from peer_visits.kernel.errors import must_exist


def get_import_for_organiser(session: Session, person: Person, import_id: uuid.UUID) -> ImportFile:
    """An import into a call of theirs. Raises NotFound."""
    query = (
        select(ImportFile)
        .join(Call, Call.id == ImportFile.call_id)
        .join(ProgrammeOrganiser, ProgrammeOrganiser.programme_id == Call.programme_id)
        .where(ImportFile.id == import_id, ProgrammeOrganiser.person_id == person.id)
    )
    return must_exist(session.scalars(query).one_or_none())

"""Fetch an application and prove that this organiser may have it."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice
from peer_visits.calls.models import Call, ProgrammeOrganiser
from peer_visits.kernel.errors import must_exist


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
    return must_exist(session.scalars(query).unique().one_or_none())

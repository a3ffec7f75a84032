"""Fetch a section or question and prove that this organiser may change it."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.calls.models import Call, ProgrammeOrganiser
from peer_visits.kernel.errors import must_exist
from peer_visits.questions.models import Question, Section


def get_question_for_organiser(session: Session, person: Person, question_id: uuid.UUID) -> Question:
    """A question still asked by a call this person organises. Raises NotFound."""
    query = (
        select(Question)
        .join(Call, Call.id == Question.call_id)
        .join(ProgrammeOrganiser, ProgrammeOrganiser.programme_id == Call.programme_id)
        .where(
            Question.id == question_id,
            Question.retired_at.is_(None),
            ProgrammeOrganiser.person_id == person.id,
        )
    )
    return must_exist(session.scalars(query).one_or_none())


def get_section_for_organiser(session: Session, person: Person, section_id: uuid.UUID) -> Section:
    """A section of a call this person organises. Raises NotFound."""
    query = (
        select(Section)
        .join(Call, Call.id == Section.call_id)
        .join(ProgrammeOrganiser, ProgrammeOrganiser.programme_id == Call.programme_id)
        .where(Section.id == section_id, ProgrammeOrganiser.person_id == person.id)
    )
    return must_exist(session.scalars(query).one_or_none())

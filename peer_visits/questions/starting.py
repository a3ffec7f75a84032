"""The two questions a new call begins with; the organiser changes or removes them like any other."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from peer_visits.kernel.ids import new_id
from peer_visits.questions.definition import Definition
from peer_visits.questions.kinds import Kind
from peer_visits.questions.models import Question, Section

BRINGS = Definition(
    kind=Kind.LONG,
    labels={"en": "What you bring"},
    helps={"en": "What you know or have tried, and can share with the group."},
    purpose="To put together a group that learns from each other.",
)
WANTS = Definition(
    kind=Kind.LONG,
    labels={"en": "What you want to learn"},
    helps={"en": "The question you would take home an answer to."},
    purpose="To see which visits fit.",
)


def add_starting_questions(session: Session, call_id: uuid.UUID) -> tuple[Question, Question]:
    """Ask what applicants bring and what they want to learn."""
    section = Section(id=new_id(), call_id=call_id, position=1, titles={"en": "You and the group"})
    session.add(section)
    session.flush()
    brings, wants = (
        Question(
            id=new_id(),
            call_id=call_id,
            section_id=section.id,
            position=position,
            definition=definition.to_json(),
        )
        for position, definition in enumerate((BRINGS, WANTS), start=1)
    )
    session.add_all([brings, wants])
    session.flush()
    return brings, wants

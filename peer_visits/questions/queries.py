"""Reads about questions: what a call asks now, and how a question was put before."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.questions.definition import Asked, Definition, Part, Questionnaire, read_definition
from peer_visits.questions.models import Question, QuestionWording, Section


def list_sections(session: Session, call_id: uuid.UUID) -> Sequence[Section]:
    """The sections of a call in order."""
    query = select(Section).where(Section.call_id == call_id).order_by(Section.position, Section.id)
    return session.scalars(query).all()


def list_questions(session: Session, call_id: uuid.UUID, *, retired: bool = False) -> Sequence[Question]:
    """The questions of a call in the order of the form; `retired` brings those no longer asked along."""
    query = (
        select(Question)
        .join(Section, Section.id == Question.section_id)
        .where(Question.call_id == call_id)
        .order_by(Section.position, Section.id, Question.position, Question.id)
    )
    if not retired:
        query = query.where(Question.retired_at.is_(None))
    return session.scalars(query).all()


def read_questionnaire(session: Session, call_id: uuid.UUID, *, retired: bool = False) -> Questionnaire:
    """Everything a call asks, in two statements."""
    sections = list_sections(session, call_id)
    asked: dict[uuid.UUID, list[Asked]] = {section.id: [] for section in sections}
    for question in list_questions(session, call_id, retired=retired):
        asked[question.section_id].append(as_asked(question))
    return Questionnaire(
        tuple(Part(one.id, one.titles, one.intros, tuple(asked[one.id])) for one in sections)
    )


def as_asked(question: Question) -> Asked:
    """A question as plain values."""
    return Asked(question.id, question.number, read_definition(question.definition))


Wordings = Mapping[tuple[uuid.UUID, int], Definition]


def read_wordings(session: Session, call_id: uuid.UUID) -> tuple[list[uuid.UUID], Wordings]:
    """Every question a call asks or has asked in the order of the form, and each in every wording it had.

    Two statements.
    """
    questions = list_questions(session, call_id, retired=True)
    former = session.execute(
        select(QuestionWording.question_id, QuestionWording.number, QuestionWording.definition)
        .join(Question, Question.id == QuestionWording.question_id)
        .where(Question.call_id == call_id)
    )
    found = {(row[0], row[1]): read_definition(row[2]) for row in former}
    found |= {(one.id, one.number): read_definition(one.definition) for one in questions}
    return [one.id for one in questions], found

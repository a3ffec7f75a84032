"""Reads about applications. What a host may see is read by the shortlist room, never here."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from peer_visits.accounts.models import Person
from peer_visits.applications.drafts import read_answers
from peer_visits.applications.models import Application, Attachment, Choice, SentVersion
from peer_visits.applications.states import ApplicationState
from peer_visits.calls.models import Call
from peer_visits.questions.definition import Asked, Questionnaire, Raw
from peer_visits.questions.kinds import AskedOf, Kind
from peer_visits.questions.models import Question


def with_everything(query: Select[Application]) -> Select[Application]:
    """Load call, choices and their visits along: a fixed number of statements."""
    return query.options(
        joinedload(Application.call), selectinload(Application.choices).joinedload(Choice.visit)
    )


def list_applications_of(session: Session, person: Person) -> Sequence[Application]:
    """A person's applications, the latest call first."""
    query = (
        select(Application)
        .join(Call, Call.id == Application.call_id)
        .where(Application.person_id == person.id)
        .order_by(Call.closes_at.desc())
    )
    return session.scalars(with_everything(query)).unique().all()


def find_application(session: Session, person_id: uuid.UUID, call_id: uuid.UUID) -> Application | None:
    """What a person has for a call, drafts and withdrawn ones included."""
    query = select(Application).where(Application.call_id == call_id, Application.person_id == person_id)
    return session.scalars(with_everything(query)).unique().one_or_none()


def list_attachments(session: Session, *application_ids: uuid.UUID) -> Sequence[Attachment]:
    """Every file given with these applications, with what is known of it."""
    query = select(Attachment).where(Attachment.application_id.in_(application_ids))
    return session.scalars(query.order_by(Attachment.created_at, Attachment.id)).unique().all()


def list_versions(session: Session, application_id: uuid.UUID) -> Sequence[SentVersion]:
    """What was sent each time, the latest first."""
    query = select(SentVersion).where(SentVersion.application_id == application_id)
    return session.scalars(query.order_by(SentVersion.number.desc())).all()


def find_earlier_answers(
    session: Session, person_id: uuid.UUID, call_id: uuid.UUID, questionnaire: Questionnaire
) -> Mapping[uuid.UUID, Raw]:
    """What this person answered to the same questions in earlier calls, the latest answer of each.

    The same questions are those cloned from one origin. Files and answers about a visit are not offered.
    """
    origins = _origins(session, questionnaire)
    asked_before = select(Question.id, Question.origin_id).where(
        Question.call_id != call_id, Question.origin_id.in_(origins) | Question.id.in_(origins)
    )
    before = {row[0]: row[1] or row[0] for row in session.execute(asked_before)} if origins else {}
    found: dict[uuid.UUID, Raw] = {}
    for application in _earlier_applications(session, person_id, call_id) if before else ():
        for question, raw in read_answers(application.answers).items():
            origin = before.get(question)
            if origin in origins:
                found.setdefault(origins[origin], raw)
    return found


def _origins(session: Session, questionnaire: Questionnaire) -> dict[uuid.UUID, uuid.UUID]:
    offered = [one.id for one in questionnaire.asked_of(AskedOf.APPLICATION) if _may_be_offered(one)]
    rows = session.execute(select(Question.id, Question.origin_id).where(Question.id.in_(offered)))
    return {row[1] or row[0]: row[0] for row in rows}


def _may_be_offered(question: Asked) -> bool:
    return question.definition.kind not in {Kind.FILE, Kind.CONSENT}


def _earlier_applications(
    session: Session, person_id: uuid.UUID, call_id: uuid.UUID
) -> Sequence[Application]:
    query = (
        select(Application)
        .where(
            Application.person_id == person_id,
            Application.call_id != call_id,
            Application.state == ApplicationState.SUBMITTED,
        )
        .order_by(Application.submitted_at.desc())
        .limit(5)
    )
    return session.scalars(query).all()

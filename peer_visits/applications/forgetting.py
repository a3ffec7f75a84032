"""Answers are kept as long as their question says, and then forgotten everywhere: drafts and sent versions too."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from peer_visits.accounts.models import Person
from peer_visits.applications.drafts import present_content, sent_content
from peer_visits.applications.models import Application, Attachment, SentVersion
from peer_visits.applications.searching import forget_words, index_application
from peer_visits.audit.services import record
from peer_visits.calls.models import Call
from peer_visits.files.services import remove_records
from peer_visits.questions.models import Question
from peer_visits.questions.rules import kept_until


def find_due(session: Session, now: datetime) -> Mapping[uuid.UUID, list[uuid.UUID]]:
    """Questions whose answers have been kept long enough, by call."""
    query = (
        select(Question, Call.closes_at)
        .join(Call, Call.id == Question.call_id)
        .where(Question.answers_forgotten_at.is_(None), Call.closes_at < now)
    )
    due: dict[uuid.UUID, list[uuid.UUID]] = {}
    for question, closes_at in session.execute(query):
        if kept_until(closes_at, question.definition["keep_months"]) <= now:
            due.setdefault(question.call_id, []).append(question.id)
    return due


def forget_answers(
    session: Session, *, now: datetime, call_id: uuid.UUID, questions: Collection[uuid.UUID]
) -> int:
    """Forget every answer to these questions of a call; returns how many applications held one."""
    keys = {str(one) for one in questions}
    query = (
        select(Application).where(Application.call_id == call_id).options(selectinload(Application.choices))
    )
    changed = sum(_forget_in(session, application, keys) for application in session.scalars(query))
    if changed:
        forget_words(session)
    for question in session.scalars(select(Question).where(Question.id.in_(questions))):
        question.answers_forgotten_at = now
    call = session.get_one(Call, call_id)
    record(
        session,
        actor=None,
        now=now,
        action="answers.forgotten",
        subject=call,
        programme_id=call.programme_id,
        questions=len(keys),
        applications=changed,
    )
    return changed


def _forget_in(session: Session, application: Application, keys: Collection[str]) -> bool:
    gone: list[Any] = []
    application.answers = _without(application.answers, keys, gone)
    for choice in application.choices:
        choice.answers = _without(choice.answers, keys, gone)
    if application.draft:
        application.draft = _content_without(application.draft, keys, gone)
    for version in session.scalars(select(SentVersion).where(SentVersion.application_id == application.id)):
        version.content = _content_without(version.content, keys, gone)
    if not gone:
        return False
    _remove_files(session, application, gone)
    session.flush()
    content = sent_content(application) if application.sent_number else present_content(application)
    index_application(session, application, session.get_one(Person, application.person_id), content)
    return True


def _content_without(content: Mapping[str, Any], keys: Collection[str], gone: list[Any]) -> dict[str, Any]:
    choices = [
        {**choice, "answers": _without(choice["answers"], keys, gone)} for choice in content["choices"]
    ]
    return {**content, "choices": choices, "answers": _without(content["answers"], keys, gone)}


def _without(answers: Mapping[str, Any], keys: Collection[str], gone: list[Any]) -> dict[str, Any]:
    gone += [answer for key, answer in answers.items() if key in keys]
    return {key: answer for key, answer in answers.items() if key not in keys}


def _remove_files(session: Session, application: Application, gone: list[Any]) -> None:
    """The records of files that were answers; their bytes go with the next sweep of files."""
    named = {str(one["value"] if isinstance(one, dict) else one) for one in gone}
    query = select(Attachment).where(Attachment.application_id == application.id)
    files = [one for one in session.scalars(query).unique() if str(one.id) in named]
    for attachment in files:
        session.delete(attachment)
    session.flush()
    remove_records(session, [one.file_id for one in files])

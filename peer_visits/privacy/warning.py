"""Some weeks before something of an application is forgotten, its person is told what goes and how to keep a copy."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, selectinload

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application
from peer_visits.applications.states import ApplicationState
from peer_visits.calls.models import Call, CallRetention
from peer_visits.kernel.errors import Stale
from peer_visits.kernel.text import in_language
from peer_visits.kernel.zones import to_wall
from peer_visits.outbox.models import Message
from peer_visits.outbox.services import Mail, is_posted, post
from peer_visits.outbox.states import MessageState
from peer_visits.privacy.endings import Ending, find_answers, find_whole, held_answers
from peer_visits.privacy.rules import LONGEST_WARNING
from peer_visits.questions.models import Question
from peer_visits.storage.transaction import reading, writing

KIND = "application.forgetting"


def warn_before_forgetting(now: datetime) -> int:
    """Tell whoever something is forgotten of soon, each application in a transaction of its own; how many mails."""
    return sum(_warn(application_id, now) for application_id in find_untold(reading(), now))


def find_untold(session: Session, now: datetime) -> list[uuid.UUID]:
    """Applications of which something goes soon and whose person may not know yet."""
    until = now + LONGEST_WARNING
    told = _told(session, now)
    endings = [
        *(one for one in find_whole(session, until) if (one.application_id, one.at) not in told),
        *find_answers(session, until, unless=_is_told),
    ]
    return sorted({one.application_id for one in endings if one.told_from <= now < one.at})


def _told(session: Session, now: datetime) -> set[tuple[uuid.UUID, datetime]]:
    """Of which applications people know what goes when."""
    query = select(Message.about_id, Message.not_after).where(_posted(), Message.not_after > now)
    return {(about_id, not_after) for about_id, not_after in session.execute(query) if not_after}


def _is_told(at: datetime) -> ColumnElement[bool]:
    return Application.id.in_(select(Message.about_id).where(_posted(), Message.not_after == at))


def _posted() -> ColumnElement[bool]:
    return (Message.kind == KIND) & (Message.state != MessageState.WITHDRAWN)


def count_told(session: Session, call_id: uuid.UUID) -> dict[datetime, int]:
    """How many people of a call were written to about each moment."""
    query = (
        select(Message.not_after, func.count())
        .where(_posted(), Message.call_id == call_id)
        .group_by(Message.not_after)
    )
    return {at: number for at, number in session.execute(query) if at}


def _warn(application_id: uuid.UUID, now: datetime) -> int:
    """Judged again under the lock; what is told by now is not told again."""
    try:
        with writing() as session:
            mails = [
                mail
                for one in endings_of(session, application_id, now)
                if one.told_from <= now and not is_posted(session, mail := mail_about(session, one))
            ]
            for mail in mails:
                post(session, mail, now=now)
            return len(mails)
    except Stale:
        return 0  # another worker was first


def endings_of(session: Session, application_id: uuid.UUID, now: datetime) -> list[Ending]:
    """What is still to be forgotten of an application, the soonest first; nothing where nothing is left to lose."""
    query = select(Application).where(Application.id == application_id)
    application = session.scalars(query.options(selectinload(Application.choices))).one_or_none()
    until = now + LONGEST_WARNING
    if application is None or _is_empty(application):
        return []
    whole = find_whole(session, until, Application.id == application_id)
    end = min((one.at for one in whole), default=None)
    answers = find_answers(session, until, Application.id == application_id)
    found = [*whole, *(one for one in answers if end is None or one.at < end)]
    return sorted((one for one in found if one.at > now), key=lambda one: one.at)


def _is_empty(application: Application) -> bool:
    """Whether somebody opened the form and wrote nothing."""
    draft = application.draft or {}
    return (
        application.state is ApplicationState.DRAFT
        and not draft.get("choices")
        and not held_answers(application)
    )


def mail_about(session: Session, ending: Ending) -> Mail:
    """The mail about something that is forgotten; once for each moment, and not after it."""
    application = session.get_one(Application, ending.application_id)
    call = session.get_one(Call, application.call_id)
    return Mail(
        kind=KIND,
        to=session.get_one(Person, application.person_id),
        about=application,
        version=ending.at.isoformat(),
        programme_id=call.programme_id,
        call_id=call.id,
        reply_to=call.programme.contact_email,
        comes_back=True,
        not_after=ending.at,
        data=facts_of(session, ending),
    )


def facts_of(session: Session, ending: Ending) -> dict[str, Any]:
    """What the mail says: of what, when, which answers if not all of it, and whether the account goes, too."""
    application = session.get_one(Application, ending.application_id)
    call, person = (
        session.get_one(Call, application.call_id),
        session.get_one(Person, application.person_id),
    )
    retention = session.get(CallRetention, call.id)
    return {
        "application_id": application.id,
        "call": call.title,
        "call_slug": call.slug,
        "on": to_wall(ending.at, call.zone).date(),
        "answers": _labels(session, ending.questions, person.language),
        "account_goes": not ending.questions and retention is not None and retention.takes_accounts,
    }


def _labels(session: Session, questions: Sequence[uuid.UUID], language: str) -> list[str]:
    query = select(Question).where(Question.id.in_(questions)).order_by(Question.position, Question.id)
    return [in_language(one.definition["labels"], language) for one in session.scalars(query)]

"""The log of consents: what somebody allowed or took back, under which words, and what counts now."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import ConsentLine
from peer_visits.audit.services import Actor, Subject


def note_consent(
    session: Session,
    *,
    person: Actor | None,
    now: datetime,
    topic: str,
    about: Subject,
    is_given: bool,
    words: str,
    language: str,
) -> bool:
    """Note an answer if it is another than the last; returns whether it was. `words` are those that were shown."""
    if _last(session, topic, about.id, person.id if person else None) is is_given:
        return False
    session.add(
        ConsentLine(
            person_id=person.id if person else None,
            topic=topic,
            about_kind=about.__tablename__,
            about_id=about.id,
            is_given=is_given,
            words=words,
            language=language,
            at=now,
        )
    )
    session.flush()
    return True


def _last(session: Session, topic: str, about_id: uuid.UUID, person_id: uuid.UUID | None) -> bool:
    """What was answered last; never asked is a no."""
    query = (
        select(ConsentLine.is_given)
        .where(
            ConsentLine.topic == topic, ConsentLine.about_id == about_id, ConsentLine.person_id == person_id
        )
        .order_by(ConsentLine.id.desc())
        .limit(1)
    )
    return bool(session.scalar(query))


def who_consents(session: Session, topic: str, about_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """The people whose last answer about a record is a yes."""
    last = (
        select(func.max(ConsentLine.id))
        .where(ConsentLine.topic == topic, ConsentLine.about_id == about_id)
        .group_by(ConsentLine.person_id)
    )
    query = select(ConsentLine.person_id).where(ConsentLine.id.in_(last), ConsentLine.is_given)
    return frozenset(one for one in session.scalars(query) if one)


def consents(session: Session, person: Actor, topic: str, about_id: uuid.UUID) -> bool:
    """Whether the person's last answer is a yes."""
    return _last(session, topic, about_id, person.id)


def list_consents(
    session: Session, person: Actor, topics: Collection[str] | None = None
) -> Sequence[ConsentLine]:
    """Every line about a person, the newest first."""
    query = select(ConsentLine).where(ConsentLine.person_id == person.id).order_by(ConsentLine.id.desc())
    if topics is not None:
        query = query.where(ConsentLine.topic.in_(topics))
    return session.scalars(query).all()

"""Writing the audit log. There is no service that changes or removes a line."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from peer_visits.audit.models import AuditLine
from peer_visits.storage.rows import add_rows


class Subject(Protocol):
    """Any record with a random id."""

    @property
    def id(self) -> Any: ...

    @property
    def __tablename__(self) -> str: ...


class Actor(Protocol):
    """Whoever acts: a person, known here by id alone."""

    @property
    def id(self) -> Any: ...


def record(
    session: Session,
    *,
    actor: Actor | None,
    now: datetime,
    action: str,
    subject: Subject,
    programme_id: uuid.UUID | None = None,
    **detail: Any,
) -> None:
    """Add one line: `action` as `application.submitted`; no actor means the software itself.

    `detail` holds small plain values (states before and after, counts), never texts people wrote.
    """
    session.add(AuditLine(**_values(actor, now, action, subject, programme_id, detail)))


def record_each(
    session: Session,
    *,
    actor: Actor | None,
    now: datetime,
    action: str,
    subjects: Sequence[Subject],
    programme_id: uuid.UUID | None = None,
    **detail: Any,
) -> None:
    """Add the same line about each of the subjects, in one statement for all; `detail` as in `record`."""
    lines = [_values(actor, now, action, subject, programme_id, detail) for subject in subjects]
    add_rows(session, AuditLine, lines)


def _values(
    actor: Actor | None,
    now: datetime,
    action: str,
    subject: Subject,
    programme_id: uuid.UUID | None,
    detail: Mapping[str, Any],
) -> dict[str, Any]:
    return {
        "at": now,
        "actor_id": actor.id if actor else None,
        "action": action,
        "subject_kind": subject.__tablename__,
        "subject_id": subject.id,
        "programme_id": programme_id,
        "detail": detail,
    }

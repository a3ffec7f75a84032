"""Posting mail: a row in the same transaction as what it tells. Nothing is sent here."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from peer_visits.audit.services import Subject
from peer_visits.kernel.ids import new_id
from peer_visits.outbox.models import Message
from peer_visits.outbox.rendering import MailSettings, render_mail
from peer_visits.outbox.states import MessageState


class Recipient(Protocol):
    """A person, as far as mail needs to know."""

    @property
    def id(self) -> Any: ...
    @property
    def name(self) -> Any: ...
    @property
    def email(self) -> Any: ...
    @property
    def language(self) -> Any: ...
    @property
    def time_zone(self) -> Any: ...


@dataclass(frozen=True)
class Mail:
    """One mail to one person. `about` and `version` make it unique among mails of its kind."""

    kind: str
    to: Recipient
    about: Subject
    version: int | str = 1
    programme_id: uuid.UUID | None = None
    address: str | None = None
    reply_to: str = ""
    calendar: str | None = None
    held: bool = False
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The unique key of this mail: the same reason never makes two."""
        parts = (self.kind, self.about.__tablename__, self.about.id, self.version, self.to.id, self.address)
        return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


def post(session: Session, mail: Mail, *, now: datetime) -> Message:
    """Render the mail and add its row. A second one with the same key breaks the transaction (Stale)."""
    settings: MailSettings = session.info["mail"]
    rendered = render_mail(mail.kind, settings, language=mail.to.language, person=mail.to, **mail.data)
    identity = new_id()
    message = Message(
        id=identity,
        key=mail.key,
        kind=mail.kind,
        message_id=f"<{identity.hex}@{settings.domain}>",
        person_id=mail.to.id,
        programme_id=mail.programme_id,
        about_kind=mail.about.__tablename__,
        about_id=mail.about.id,
        to_name=mail.to.name,
        to_address=mail.address or mail.to.email,
        reply_to=mail.reply_to,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        calendar=mail.calendar,
        state=MessageState.HELD if mail.held else MessageState.QUEUED,
        not_before=now,
        created_at=now,
    )
    session.add(message)
    return message

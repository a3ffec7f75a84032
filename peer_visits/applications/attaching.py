"""Files given with an application."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Attachment
from peer_visits.applications.queries import find_application
from peer_visits.applications.rules import ApplicationContent, may_keep
from peer_visits.applications.services.saving import save_draft
from peer_visits.calls.models import Call
from peer_visits.files.services import AcceptedFile, keep_file
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import phrase

# Replaced files count: an application is not a place to store things.
MOST_FILES = 60


def attach_file(
    session: Session, *, actor: Person, now: datetime, call_id: uuid.UUID, accepted: AcceptedFile
) -> Attachment:
    """Keep a file for this person's application, begun now if there is none. Raises Refused."""
    call = session.get_one(Call, call_id)
    application = find_application(session, actor.id, call_id)
    if not may_keep(call, application, now):
        raise Refused(phrase("The call is closed. This file was not kept."))
    if application is None:
        application = save_draft(
            session, actor=actor, now=now, call_id=call_id, version=0, content=ApplicationContent()
        )
    if _count_files(session, application) >= MOST_FILES:
        raise Refused(
            phrase("This application has had %(n)s files already. Ask the organiser.", n=MOST_FILES)
        )
    return keep_attachment(session, application, accepted, now=now)


def keep_attachment(
    session: Session,
    application: Application,
    accepted: AcceptedFile,
    *,
    now: datetime,
    identity: uuid.UUID | None = None,
) -> Attachment:
    """Tie a file to its application, under an id that an answer may name already."""
    stored = keep_file(session, accepted, now=now, created_by=application.person_id)
    attachment = Attachment(
        id=identity or new_id(), application_id=application.id, file_id=stored.id, created_at=now
    )
    session.add(attachment)
    session.flush()
    return attachment


def _count_files(session: Session, application: Application) -> int:
    query = select(func.count()).where(Attachment.application_id == application.id)
    return session.scalar(query) or 0

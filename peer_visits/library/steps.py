"""A document's next state: by a conditional update, with its line in the log."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.audit.services import record
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.states import DOCUMENT, DocumentCommand
from peer_visits.storage.steps import update_one


def step_document(
    session: Session,
    actor: Person,
    now: datetime,
    document: AnalyticalDocument,
    command: DocumentCommand,
    version: int,
    **values: object,
) -> None:
    """Take the step if it is allowed and nobody was first. Raises Refused or Stale."""
    before = document.state
    after = DOCUMENT.step(before, command)
    update_one(
        session,
        AnalyticalDocument,
        AnalyticalDocument.id == document.id,
        AnalyticalDocument.state == before,
        AnalyticalDocument.version == version,
        state=after,
        version=version + 1,
        **values,
    )
    # Columns only: the visit that was fetched with the document stays at hand.
    session.refresh(document, ["state", "version", *values])
    log_document(session, actor, now, document, f"document.{command}", before=before, after=after)


def lock_document(session: Session, document: AnalyticalDocument) -> None:
    """Hold the document until the end of the transaction, and know its state as it is now."""
    columns = ["state", "version", "is_written"]
    session.refresh(document, columns, with_for_update={"of": AnalyticalDocument})


def log_document(
    session: Session,
    actor: Person | None,
    now: datetime,
    document: AnalyticalDocument,
    action: str,
    **detail: object,
) -> None:
    """A line in the log about the document; its visit is at hand."""
    programme_id = document.visit.call.programme_id
    record(
        session, actor=actor, now=now, action=action, subject=document, programme_id=programme_id, **detail
    )

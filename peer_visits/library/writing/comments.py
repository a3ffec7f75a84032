"""What is said about a report while it is being written and judged."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import phrase
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.rules import UNFINISHED
from peer_visits.library.steps import lock_document, log_document
from peer_visits.library.writing.models import DocumentComment, DocumentSection
from peer_visits.library.writing.states import COMMENT, CommentCommand
from peer_visits.library.writing.telling import tell_of_comment
from peer_visits.storage.steps import update_one


def make_comment(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    document: AnalyticalDocument,
    section: DocumentSection | None,
    text: str,
) -> DocumentComment:
    """Say something about a section as it stands, or about the whole report. Who is concerned is told by mail."""
    _require_unfinished(session, document)
    comment = DocumentComment(
        id=new_id(),
        document_id=document.id,
        section_id=section.id if section else None,
        on_version=section.version if section else None,
        text=text,
        said_at=now,
        said_by=actor.id,
    )
    session.add(comment)
    session.flush()
    log_document(session, actor, now, document, "document.commented")
    tell_of_comment(session, now=now, document=document, comment=comment)
    return comment


def answer_comment(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    document: AnalyticalDocument,
    comment: DocumentComment,
    answer: str,
) -> None:
    """Say what was done about a comment. Raises Refused or Stale if it has been answered already."""
    _require_unfinished(session, document)
    before = comment.state
    after = COMMENT.step(before, CommentCommand.ANSWER)
    update_one(
        session,
        DocumentComment,
        DocumentComment.id == comment.id,
        DocumentComment.state == before,
        state=after,
        answer=answer,
        answered_at=now,
        answered_by=actor.id,
    )
    log_document(session, actor, now, document, "document.comment_answered")


def _require_unfinished(session: Session, document: AnalyticalDocument) -> None:
    lock_document(session, document)
    if document.state not in UNFINISHED:
        raise Refused(phrase("The document is published; comments on it are closed."))

"""What the writing of reports holds about people: who said what about a text.

The text itself is the report's, whoever typed it: it stays, and no longer tells who saved it.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from peer_visits.kernel.text import phrase
from peer_visits.library.writing.models import DocumentComment
from peer_visits.library.writing.telling import KIND
from peer_visits.outbox.models import Message
from peer_visits.outbox.personal import EMPTY_WORDS, MAIL_ABOUT_FIELDS, STAYS_OF_MAIL, withdraw_waiting
from peer_visits.storage.personal import Field, Holding, Whose

_KEPT = phrase("As long as the report.")


def _quoting(whose: Whose) -> ColumnElement[bool]:
    """Mails to others about comments on a document on which the person has said something."""
    theirs = or_(DocumentComment.said_by == whose.person_id, DocumentComment.answered_by == whose.person_id)
    documents = select(DocumentComment.document_id).where(theirs)
    return (
        (Message.kind == KIND)
        & Message.about_id.in_(documents)
        & or_(Message.person_id.is_(None), Message.person_id != whose.person_id)
    )


def _withdraw(session: Session, whose: Whose) -> None:
    withdraw_waiting(session, _quoting(whose))


HOLDINGS = (
    # Before the comments: by them the mails are found.
    Holding(
        Message,
        phrase("Mails to others that tell what you said about a report"),
        _quoting,
        MAIL_ABOUT_FIELDS,
        _KEPT,
        leaves=EMPTY_WORDS,
        stays=STAYS_OF_MAIL,
        then=_withdraw,
        is_shown=False,
    ),
    Holding(
        DocumentComment,
        phrase("What you said about reports"),
        lambda whose: DocumentComment.said_by == whose.person_id,
        (
            Field(
                phrase("Your comment, and when you made it"),
                phrase("So that the authors can better their report."),
                ("text", "said_at"),
            ),
        ),
        _KEPT,
        through=("said_by",),
        leaves={"text": ""},
    ),
    Holding(
        DocumentComment,
        phrase("What you answered to comments on reports"),
        lambda whose: DocumentComment.answered_by == whose.person_id,
        (
            Field(
                phrase("Your answer, and when you gave it"),
                phrase("To tell who commented what came of it."),
                ("answer", "answered_at"),
            ),
        ),
        _KEPT,
        through=("answered_by",),
        leaves={"answer": ""},
    ),
)
ACTS = frozenset({"document_section_text.saved_by"})
NOBODY = frozenset({"document_section", "document_section_text"})

"""What the writing of reports holds about people: who said what about a text.

The text itself is the report's, whoever typed it: it stays, and no longer tells who saved it.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from peer_visits.kernel.text import phrase
from peer_visits.library.writing.models import DocumentComment
from peer_visits.library.writing.telling import KIND
from peer_visits.outbox.models import Message
from peer_visits.outbox.personal import mails_to_others
from peer_visits.storage.personal import Field, Holding, Whose

_KEPT = phrase("As long as the report.")


def _told_of_comments(whose: Whose) -> ColumnElement[bool]:
    """Mails that gather what was said about a report, whoever else said something, too."""
    documents = select(DocumentComment.document_id).where(DocumentComment.said_by == whose.person_id)
    return (Message.kind == KIND) & Message.about_id.in_(documents)


HOLDINGS = (
    mails_to_others(
        phrase("Mails to others about your comments on reports"),
        _told_of_comments,
        kept=_KEPT,
        of_application=False,
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

"""What the writing of reports holds about people: who said what about a text.

The text itself is the report's, whoever typed it: it stays, and no longer tells who saved it.
"""

from __future__ import annotations

from peer_visits.kernel.text import phrase
from peer_visits.library.writing.models import DocumentComment
from peer_visits.storage.personal import Field, Holding

_KEPT = phrase("As long as the report.")

HOLDINGS = (
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

"""What the library holds about people: who writes, and whose names stand on what is published."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false

from peer_visits.kernel.text import phrase
from peer_visits.library.models import AnalyticalDocument, DocumentAuthor
from peer_visits.storage.personal import WITH_ROLE, Field, Holding, Mention, Whose


def _named_as_author(whose: Whose) -> ColumnElement[bool]:
    return (
        AnalyticalDocument.authors.icontains(whose.name, autoescape=True) if whose.name.strip() else false()
    )


HOLDINGS = (
    Holding(
        DocumentAuthor,
        phrase("Documents you write"),
        lambda whose: DocumentAuthor.person_id == whose.person_id,
        (
            Field(
                phrase("The visit whose document it is"),
                phrase("So that you can write it, and others cannot."),
                ("visit_id",),
            ),
        ),
        WITH_ROLE,
        through=("person_id",),
    ),
    Holding(
        AnalyticalDocument,
        phrase("Published documents that name you as an author"),
        _named_as_author,
        (
            Field(
                phrase("The line of authors"),
                phrase(
                    "A published document says who wrote it. Ask its organiser for an edition without your name."
                ),
                ("authors",),
            ),
        ),
        phrase("As long as the document is published."),
        leaves={},
        stays=frozenset({"authors"}),
    ),
)
MENTIONS = (Mention(AnalyticalDocument, ("note",)),)
NOBODY = frozenset({"document_topic", "document_download", "library_entry"})

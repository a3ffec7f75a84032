"""States of an analytical document."""

from __future__ import annotations

from enum import StrEnum

from peer_visits.kernel.states import StateTable
from peer_visits.kernel.text import phrase


class DocumentState(StrEnum):
    """Where a document stands."""

    OWED = "owed"
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


class DocumentCommand(StrEnum):
    """Authors save, upload and send in; the organiser returns, publishes or takes in; a next version supersedes."""

    SAVE = "save"
    SEND_IN = "send_in"
    RETURN = "return"
    PUBLISH = "publish"
    SUPERSEDE = "supersede"
    TAKE_IN = "take_in"


DOCUMENT = StateTable(
    steps={
        (DocumentState.OWED, DocumentCommand.SAVE): DocumentState.DRAFT,
        (DocumentState.OWED, DocumentCommand.TAKE_IN): DocumentState.PUBLISHED,
        (DocumentState.DRAFT, DocumentCommand.SAVE): DocumentState.DRAFT,
        (DocumentState.DRAFT, DocumentCommand.SEND_IN): DocumentState.IN_REVIEW,
        (DocumentState.IN_REVIEW, DocumentCommand.RETURN): DocumentState.DRAFT,
        (DocumentState.IN_REVIEW, DocumentCommand.PUBLISH): DocumentState.PUBLISHED,
        (DocumentState.PUBLISHED, DocumentCommand.SUPERSEDE): DocumentState.SUPERSEDED,
    },
    refusals={
        DocumentCommand.SAVE: phrase(
            "The document is with the organiser; it can be changed when it comes back."
        ),
        DocumentCommand.SEND_IN: phrase("Write or upload the document before you send it in."),
        DocumentCommand.RETURN: phrase("Only a document in review can be returned."),
        DocumentCommand.PUBLISH: phrase("Only a document in review can be published."),
        DocumentCommand.SUPERSEDE: phrase("Only a published document can be superseded."),
        DocumentCommand.TAKE_IN: phrase("Only a document that nobody has begun can be taken in."),
    },
)

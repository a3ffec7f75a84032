"""The sections of a report that is written here, every text they ever had, and what was said about them."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peer_visits.accounts.models import Person
from peer_visits.library.writing.rules import LONGEST_COMMENT, LONGEST_HEADING
from peer_visits.library.writing.states import CommentState
from peer_visits.storage.base import LONG_TEXT, Base, Identified, Versioned, fits, long_text
from peer_visits.storage.types import state_type


class DocumentSection(Identified, Versioned, Base):
    """A section of a document. Its text is that of its version; one that was removed can be put back."""

    __tablename__ = "document_section"
    __table_args__ = (Index("ix_document_section_document_id", "document_id", "position"),)

    document_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("analytical_document.id"))
    position: Mapped[int]
    # Which of the offered sections it was made from, so that its hint stays when it is renamed.
    offered: Mapped[str] = mapped_column(String(20), default="")
    removed_at: Mapped[datetime | None]


class SectionText(Base):
    """What a section said from one save to the next. It never changes."""

    __tablename__ = "document_section_text"
    __table_args__ = (CheckConstraint("number >= 1", name="number"), fits("text", LONG_TEXT))

    section_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("document_section.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    heading: Mapped[str] = mapped_column(String(LONGEST_HEADING))
    text: Mapped[str] = long_text(default="")
    saved_at: Mapped[datetime]
    # Nobody for what came with a new report, and for people who are forgotten.
    saved_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    restored_from: Mapped[int | None]

    author: Mapped[Person | None] = relationship(lazy="raise_on_sql")


class DocumentComment(Identified, Base):
    """What somebody says about a section as it was in one version, or about the whole; open until it is answered."""

    __tablename__ = "document_comment"
    __table_args__ = (
        CheckConstraint("(section_id IS NULL) = (on_version IS NULL)", name="on_version"),
        CheckConstraint("(state = 'answered') = (answered_at IS NOT NULL)", name="answered"),
        ForeignKeyConstraint(
            ["section_id", "on_version"],
            ["document_section_text.section_id", "document_section_text.number"],
            name="fk_document_comment_section_id_on_version",
        ),
        Index("ix_document_comment_document_id", "document_id", "state"),
        fits("text", LONGEST_COMMENT),
        fits("answer", LONGEST_COMMENT),
    )

    document_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("analytical_document.id"))
    section_id: Mapped[uuid.UUID | None]
    on_version: Mapped[int | None]
    state: Mapped[CommentState] = mapped_column(
        state_type(CommentState, "comment_state"), default=CommentState.OPEN
    )
    text: Mapped[str] = long_text()
    said_at: Mapped[datetime]
    said_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    answer: Mapped[str] = long_text(default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)

    speaker: Mapped[Person | None] = relationship(lazy="raise_on_sql", foreign_keys=[said_by])
    answerer: Mapped[Person | None] = relationship(lazy="raise_on_sql", foreign_keys=[answered_by])

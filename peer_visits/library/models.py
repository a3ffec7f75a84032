"""Analytical documents and who writes them."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peer_visits.files.models import StoredFile
from peer_visits.library.states import DocumentState
from peer_visits.storage.base import SLUG, Base, Identified, Versioned, fits, long_text
from peer_visits.storage.types import state_type
from peer_visits.visits.models import Visit

# Exactly INTEGER on SQLite: the table is then kept in the order of this number, and needs no index to find it.
ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")


class AnalyticalDocument(Identified, Versioned, Base):
    """One edition of a visit's report. An entry may be published without its file: the page then says so."""

    __tablename__ = "analytical_document"
    __table_args__ = (
        UniqueConstraint("visit_id", "edition"),
        CheckConstraint("edition >= 1", name="edition"),
        CheckConstraint(
            "(state IN ('published', 'superseded')) = (published_at IS NOT NULL)", name="published"
        ),
        CheckConstraint("state <> 'in_review' OR file_id IS NOT NULL", name="in_review_file"),
        Index("ix_analytical_document_state", "state", "published_at"),
        Index("ix_analytical_document_is_indexed", "is_indexed", "state"),
        fits("summary"),
    )

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id"))
    slug: Mapped[str] = mapped_column(String(SLUG), index=True)
    edition: Mapped[int] = mapped_column(default=1)
    state: Mapped[DocumentState] = mapped_column(
        state_type(DocumentState, "document_state"), default=DocumentState.OWED
    )
    title: Mapped[str] = mapped_column(String(300), default="")
    tag_line: Mapped[str] = mapped_column(String(300), default="")
    host_line: Mapped[str] = mapped_column(String(300), default="")
    authors: Mapped[str] = mapped_column(String(300), default="")
    summary: Mapped[str] = long_text(default="")
    dated: Mapped[date | None]
    language: Mapped[str] = mapped_column(String(8), default="en")
    licence: Mapped[str] = mapped_column(String(60), default="")
    doi: Mapped[str] = mapped_column(String(200), default="")
    due_on: Mapped[date | None]
    # Set by an organiser; otherwise it follows the end of the visit.
    is_due_set: Mapped[bool] = mapped_column(default=False)
    # Written here in sections, its file made when it is sent in; otherwise the file is uploaded.
    is_written: Mapped[bool] = mapped_column(default=False)
    file_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    note: Mapped[str] = mapped_column(String(500), default="")
    is_sample: Mapped[bool] = mapped_column(default=False)
    sent_in_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    # Whether searches find it; a sweep sees to what is published and not indexed.
    is_indexed: Mapped[bool] = mapped_column(default=False)

    visit: Mapped[Visit] = relationship(lazy="raise_on_sql")
    file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")
    topics: Mapped[list[DocumentTopic]] = relationship(
        order_by="DocumentTopic.topic", cascade="all, delete-orphan", lazy="selectin"
    )


class DocumentTopic(Base):
    """A subject the library files a document under."""

    __tablename__ = "document_topic"

    document_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("analytical_document.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(80), primary_key=True, index=True)


class LibraryEntry(Base):
    """A document that searches find: the number of its row in the full-text table, and by what it can be narrowed.

    Written together with its words, so that a search reads its hits and all they are counted by in one go.
    """

    __tablename__ = "library_entry"

    number: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True, autoincrement=False)
    document_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("analytical_document.id", ondelete="CASCADE"), unique=True
    )
    # One line, see `facets.py`.
    facets: Mapped[str] = mapped_column(Text)


class DocumentDownload(Base):
    """How often a document was downloaded on a day. Nothing is kept of who did."""

    __tablename__ = "document_download"
    __table_args__ = (CheckConstraint("count >= 1", name="count"),)

    document_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("analytical_document.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    count: Mapped[int]


class DocumentAuthor(Base):
    """An account that may write a visit's document."""

    __tablename__ = "document_author"

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)

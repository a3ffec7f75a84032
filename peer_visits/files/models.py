"""What is known of a stored file; its bytes lie in the store under `key`."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from peer_visits.storage.base import Base, Identified, fits, long_text

# A little more than the reader writes: composing letters never makes a text longer.
MOST_PAGE_TEXT = 60_000
MOST_TEXT = 1_000_500


class StoredFile(Identified, Base):
    """A file that a parser has opened. `name` is what the person called it: data, never a path."""

    __tablename__ = "stored_file"
    __table_args__ = (CheckConstraint("size >= 1", name="size"),)

    key: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    pages: Mapped[int | None]
    preview_key: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))


class FileText(Base):
    """What stands in a PDF that everybody may read one day; empty if it holds pictures only."""

    __tablename__ = "file_text"
    __table_args__ = (fits("text", MOST_TEXT),)

    file_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stored_file.id"), primary_key=True)
    text: Mapped[str] = long_text(default="")


class FilePage(Base):
    """A page of a published PDF as it is read on screen: drawn as a picture, and its text."""

    __tablename__ = "file_page"
    __table_args__ = (CheckConstraint("number >= 1", name="number"), fits("text", MOST_PAGE_TEXT))

    file_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stored_file.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    # None if the page could not be drawn.
    picture_key: Mapped[str | None] = mapped_column(String(64))
    text: Mapped[str] = long_text(default="")


# What was read out of a file, and goes with it.
PARTS = (FileText, FilePage)

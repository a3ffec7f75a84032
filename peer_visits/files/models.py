"""What is known of a stored file; its bytes lie in the store under `key`."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from peer_visits.storage.base import Base, Identified, fits, long_text

# A little more than the reader writes: composing letters never makes a text longer.
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

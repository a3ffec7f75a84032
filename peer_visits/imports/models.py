"""A spreadsheet on its way in: kept until it is taken in, or for a week."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from peer_visits.storage.base import Base, Identified, Versioned


class ImportFile(Identified, Versioned, Base):
    """The cells of a spreadsheet as text, and what each column stands for."""

    __tablename__ = "import_file"

    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    file_name: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(String(300), default="")
    headers: Mapped[list[str]]
    rows: Mapped[dict[str, Any]]
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_relaxed: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(index=True)
    taken_in_at: Mapped[datetime | None]
    taken_in: Mapped[int] = mapped_column(default=0)

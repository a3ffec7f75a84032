"""The audit log: one line per change, never altered."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from peer_visits.storage.base import Base


class AuditLine(Base):
    """Who did what to which record, when, and what changed."""

    __tablename__ = "audit_line"
    __table_args__ = (
        Index("ix_audit_line_programme_at", "programme_id", "at"),
        Index("ix_audit_line_subject", "subject_kind", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    actor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    action: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[uuid.UUID]
    programme_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("programme.id"))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)

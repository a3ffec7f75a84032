"""Allocation runs, kept with their input so that each can be repeated and explained."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from peer_visits.storage.base import Base, Identified
from peer_visits.storage.types import state_type


class RunState(StrEnum):
    """A draft run changes nothing; an applied one made the places."""

    DRAFT = "draft"
    APPLIED = "applied"


class AllocationRun(Identified, Base):
    """One run: what went in, what came out, by which method."""

    __tablename__ = "allocation_run"
    __table_args__ = (CheckConstraint("(state = 'applied') = (applied_at IS NOT NULL)", name="applied"),)

    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"), index=True)
    state: Mapped[RunState] = mapped_column(state_type(RunState, "run_state"), default=RunState.DRAFT)
    method: Mapped[str] = mapped_column(String(60))
    input: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    created_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    applied_at: Mapped[datetime | None]

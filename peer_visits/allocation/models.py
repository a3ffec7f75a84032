"""Allocation runs, kept with their input so that each can be repeated and explained, and each call's lottery."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peer_visits.accounts.models import Person
from peer_visits.allocation.states import RunState
from peer_visits.storage.base import Base, Identified
from peer_visits.storage.types import state_type

_MAYBE = JSON(none_as_null=True)


class AllocationRun(Identified, Base):
    """One run: what went in, by which rules, what came out, why, and who worked at it when.

    `settings` is what the organiser chose; `input` the instance given to the solver, frozen under `input_hash`;
    `sources` the records behind the instance. The large columns are read only where they are asked for.
    """

    __tablename__ = "allocation_run"
    __table_args__ = (
        UniqueConstraint("call_id", "number"),
        CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name="lease"),
        CheckConstraint("(claim IS NULL) = (lease_until IS NULL)", name="claim"),
        CheckConstraint(
            "(state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL)", name="finished"
        ),
        CheckConstraint("state <> 'done' OR answer IS NOT NULL", name="answer"),
        CheckConstraint("state = 'done' OR (chosen_at IS NULL AND applied_at IS NULL)", name="applied"),
        CheckConstraint("time_limit BETWEEN 1 AND 3600", name="time_limit"),
        Index("ix_allocation_run_due", "state", "lease_until"),
    )

    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"), index=True)
    number: Mapped[int]
    state: Mapped[RunState] = mapped_column(state_type(RunState, "run_state"), default=RunState.QUEUED)
    method: Mapped[str] = mapped_column(String(60))
    note: Mapped[str] = mapped_column(String(500), default="")
    made_from_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("allocation_run.id"))
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    time_limit: Mapped[int] = mapped_column(default=60)
    # Built by the worker that takes the run up first; the same whenever it is taken up again.
    input: Mapped[dict[str, Any] | None] = mapped_column(_MAYBE, deferred=True)
    input_hash: Mapped[str] = mapped_column(String(64), default="")
    sources: Mapped[dict[str, Any]] = mapped_column(default=dict, deferred=True)
    versions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    progress: Mapped[dict[str, Any] | None] = mapped_column(_MAYBE)
    answer: Mapped[dict[str, Any] | None] = mapped_column(_MAYBE, deferred=True)
    explanation: Mapped[dict[str, Any] | None] = mapped_column(_MAYBE, deferred=True)
    # A few figures of the answer, for lists.
    summary: Mapped[dict[str, Any] | None] = mapped_column(_MAYBE)
    # What an evaluator that shares no code with the solver says of the answer.
    verdict: Mapped[dict[str, Any] | None] = mapped_column(_MAYBE)
    problem: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime]
    created_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    attempts: Mapped[int] = mapped_column(default=0)
    claim: Mapped[uuid.UUID | None]
    lease_until: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    chosen_at: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]

    creator: Mapped[Person] = relationship(lazy="raise_on_sql")


class LotterySeed(Base):
    """A call's lottery by commit and reveal: the hash is published first, the secret with the decision.

    `public_value` is fixed with the first run; the text the numbers come from is secret and public value.
    """

    __tablename__ = "lottery_seed"

    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(64))
    commitment: Mapped[str] = mapped_column(String(64))
    committed_at: Mapped[datetime]
    public_value: Mapped[str | None]

"""What every table of searches has: the latest for each key alone, since who asks anew takes its place."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from peer_visits.searches.states import LIVE, SearchState
from peer_visits.storage.types import state_type

_MAYBE = JSON(none_as_null=True)


class Search:
    """`answer` is what was found, `problem` why nothing was: a phrase, as `outbox.packing` writes it."""

    state: Mapped[SearchState] = mapped_column(
        state_type(SearchState, "search_state"), default=SearchState.WAITING
    )
    asked_at: Mapped[datetime]
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    attempts: Mapped[int] = mapped_column(default=0)
    claim: Mapped[uuid.UUID | None]
    lease_until: Mapped[datetime | None]
    answer: Mapped[dict[str, Any] | None] = mapped_column(_MAYBE)
    problem: Mapped[dict[str, Any] | None] = mapped_column(_MAYBE)

    @property
    def is_live(self) -> bool:
        """Whether somebody still waits for it."""
        return self.state in LIVE

    @property
    def is_done(self) -> bool:
        """Whether there is an answer."""
        return self.state is SearchState.DONE


def tied_to_state(table: str) -> tuple[CheckConstraint | Index, ...]:
    """What ties the columns of a table of searches to their state, and finds what is due."""
    return (
        CheckConstraint("(state = 'working') = (claim IS NOT NULL)", name="claim"),
        CheckConstraint("(claim IS NULL) = (lease_until IS NULL)", name="lease"),
        CheckConstraint("(state = 'done') = (answer IS NOT NULL)", name="answer"),
        CheckConstraint("(state = 'failed') = (problem IS NOT NULL)", name="problem"),
        Index(f"ix_{table}_due", "state", "lease_until"),
    )

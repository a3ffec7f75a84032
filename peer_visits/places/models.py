"""Places and waiting lists. A participant's live place has a seat number, and a seat is held once."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Choice
from peer_visits.places.states import PlaceKind, PlaceState, WaitingState
from peer_visits.storage.base import ADDRESS, Base, Identified, Versioned
from peer_visits.storage.types import state_type
from peer_visits.visits.models import Visit

_LIVE = text("state IN ('offered', 'accepted')")


class Place(Identified, Versioned, Base):
    """What a person holds in a visit. The last seat is refused by the unique index, not by a count."""

    __tablename__ = "place"
    __table_args__ = (
        CheckConstraint(
            "(seat IS NOT NULL) = (kind = 'participant' AND state IN ('offered', 'accepted'))", name="seat"
        ),
        CheckConstraint("seat >= 1", name="seat_number"),
        CheckConstraint("state <> 'offered' OR answer_by IS NOT NULL", name="answer_by"),
        CheckConstraint("(state = 'offered') = (settled_at IS NULL)", name="settled"),
        Index(
            "uq_place_live_seat", "visit_id", "seat", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE
        ),
        Index(
            "uq_place_live_person",
            "visit_id",
            "person_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_place_visit_state", "visit_id", "state"),
        Index("ix_place_due", "state", "answer_by"),
    )

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    choice_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("choice.id"), unique=True)
    kind: Mapped[PlaceKind] = mapped_column(
        state_type(PlaceKind, "place_kind"), default=PlaceKind.PARTICIPANT
    )
    state: Mapped[PlaceState] = mapped_column(state_type(PlaceState, "place_state"))
    seat: Mapped[int | None]
    offered_at: Mapped[datetime]
    answer_by: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    # Why it was offered; and what its person or the organiser said when it ended.
    reason: Mapped[str] = mapped_column(String(500), default="")
    note: Mapped[str] = mapped_column(String(500), default="")
    # Whom its person proposed instead. A proposal for the organiser, no more.
    substitute_name: Mapped[str] = mapped_column(default="")
    substitute_email: Mapped[str] = mapped_column(String(ADDRESS), default="")
    # The lower place that is given on once this better one is accepted.
    replaces_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("place.id"), index=True)

    visit: Mapped[Visit] = relationship(lazy="raise_on_sql")
    person: Mapped[Person] = relationship(lazy="raise_on_sql")
    choice: Mapped[Choice | None] = relationship(lazy="raise_on_sql")


class WaitingEntry(Base):
    """A person's position among those who may still be offered a place in a visit."""

    __tablename__ = "waiting_entry"
    __table_args__ = (
        UniqueConstraint("visit_id", "position"),
        CheckConstraint("position >= 1", name="position"),
    )

    choice_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("choice.id"), primary_key=True)
    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id"))
    position: Mapped[int]
    state: Mapped[WaitingState] = mapped_column(
        state_type(WaitingState, "waiting_state"), default=WaitingState.WAITING
    )

    choice: Mapped[Choice] = relationship(lazy="raise_on_sql")


class ChoiceReason(Base):
    """Why the decision gave or did not give a choice, in one sentence for its person."""

    __tablename__ = "choice_reason"

    choice_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("choice.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(500))

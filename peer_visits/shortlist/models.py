"""Reviews with their scores, and each host's shortlist."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Choice
from peer_visits.shortlist.states import (
    ConflictState,
    InvitationState,
    Proposal,
    Recommendation,
    ShortlistState,
)
from peer_visits.storage.base import ADDRESS, Base, Identified, Versioned, fits, long_text
from peer_visits.storage.types import state_type
from peer_visits.visits.states import HostRole

_OPEN = text("state = 'open'")


class Review(Identified, Versioned, Base):
    """One host-team member's reading of one choice. With a conflict of interest no score counts."""

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("choice_id", "reviewer_id"),
        Index("ix_review_reviewer_choice", "reviewer_id", "choice_id"),
        CheckConstraint("points BETWEEN 0 AND 100", name="points"),
        CheckConstraint("NOT (conflict_of_interest AND points IS NOT NULL)", name="conflict_of_interest"),
        CheckConstraint(
            "NOT (conflict_of_interest AND recommendation IS NOT NULL)", name="conflict_without_advice"
        ),
        fits("note"),
        fits("private_note"),
    )

    choice_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("choice.id", ondelete="CASCADE"))
    reviewer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    conflict_of_interest: Mapped[bool] = mapped_column(default=False)
    # For the host team; the private one is shown to nobody but its author.
    note: Mapped[str] = long_text(default="")
    private_note: Mapped[str] = long_text(default="", server_default="")
    recommendation: Mapped[Recommendation | None] = mapped_column(
        state_type(Recommendation, "recommendation")
    )
    # The weighted score, 0 to 100, worked out when the review is saved; none before every criterion has one.
    points: Mapped[float | None]
    saved_at: Mapped[datetime]

    reviewer: Mapped[Person] = relationship(lazy="raise_on_sql")
    scores: Mapped[list[Score]] = relationship(lazy="raise_on_sql", cascade="all, delete-orphan")


class Score(Base):
    """A review's score on one criterion, 0 to the criterion's maximum."""

    __tablename__ = "score"
    __table_args__ = (CheckConstraint("value BETWEEN 0 AND 100", name="value"),)

    review_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("review.id", ondelete="CASCADE"), primary_key=True
    )
    criterion_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("criterion.id"), primary_key=True)
    value: Mapped[int]


class Shortlist(Versioned, Base):
    """One visit's shortlist as a whole."""

    __tablename__ = "shortlist"
    __table_args__ = (
        CheckConstraint("(state = 'handed_over') = (handed_over_at IS NOT NULL)", name="handed_over"),
        CheckConstraint("readers_per_choice BETWEEN 1 AND 20", name="readers_per_choice"),
        fits("note"),
    )

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    state: Mapped[ShortlistState] = mapped_column(
        state_type(ShortlistState, "shortlist_state"), default=ShortlistState.OPEN
    )
    handed_over_at: Mapped[datetime | None]
    handed_over_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = long_text(default="")
    # In a blind call: since when the team knows the names. Scores stay as they are from then on.
    revealed_at: Mapped[datetime | None]
    # By how many each application is read; none where everybody reads everything.
    readers_per_choice: Mapped[int | None]

    @property
    def id(self) -> uuid.UUID:
        """A shortlist is known by its visit."""
        return self.visit_id


class ShortlistEntry(Base):
    """Where the host has put one choice; shortlisted and reserve are ordered from 1."""

    __tablename__ = "shortlist_entry"
    __table_args__ = (
        CheckConstraint("(proposal = 'not_proposed') = (position IS NULL)", name="position"),
        Index("ix_shortlist_entry_visit", "visit_id", "proposal", "position"),
    )

    choice_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("choice.id", ondelete="CASCADE"), primary_key=True
    )
    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id"))
    proposal: Mapped[Proposal] = mapped_column(state_type(Proposal, "proposal"))
    position: Mapped[int | None]

    choice: Mapped[Choice] = relationship(lazy="raise_on_sql")


class HostInvitation(Identified, Base):
    """An address asked to join a host team. The link mailed to it is good once; only its digest is kept."""

    __tablename__ = "host_invitation"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_normal"),
        CheckConstraint("(state = 'accepted') = (accepted_by IS NOT NULL)", name="accepted"),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled"),
        Index(
            "uq_host_invitation_open",
            "visit_id",
            "email",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id"))
    email: Mapped[str] = mapped_column(String(ADDRESS))
    role: Mapped[HostRole] = mapped_column(state_type(HostRole, "host_role"))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[InvitationState] = mapped_column(
        state_type(InvitationState, "invitation_state"), default=InvitationState.OPEN
    )
    invited_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]


class FormerMember(Base):
    """Somebody who was taken off a host team, so that what they still send is answered and not swallowed."""

    __tablename__ = "former_member"

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    ended_at: Mapped[datetime]


class ReadingTask(Base):
    """One choice to be read by one member, where the reading is split. Without rows everybody reads all."""

    __tablename__ = "reading_task"

    choice_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("choice.id", ondelete="CASCADE"), primary_key=True
    )
    reader_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class Conflict(Base):
    """What is known of a conflict of interest between one reader and one application."""

    __tablename__ = "conflict_of_interest"
    __table_args__ = (
        CheckConstraint("(state = 'proposed') = (answered_at IS NULL)", name="answered"),
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="answered_by"),
    )

    choice_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("choice.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    state: Mapped[ConflictState] = mapped_column(state_type(ConflictState, "conflict_state"))
    # What data proposed it, as `Signal` values; none where the reader said so unasked.
    signals: Mapped[list[str]] = mapped_column(default=list)
    reason: Mapped[str] = mapped_column(String(500), default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))


class Redaction(Identified, Base):
    """A passage that hosts do not read, wherever it stands in the texts of one application."""

    __tablename__ = "redaction"
    __table_args__ = (UniqueConstraint("application_id", "passage"),)

    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    passage: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[datetime]
    created_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))


class ShortlistMove(Base):
    """A move that was made on a board, with what takes it back; `number` is the shortlist's version after it."""

    __tablename__ = "shortlist_move"
    __table_args__ = (CheckConstraint("undoes < number", name="undoes"),)

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    # As `moves.as_data` writes them.
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    inverse: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    # The earlier move that this one took back.
    undoes: Mapped[int | None]

    actor: Mapped[Person] = relationship(lazy="raise_on_sql")

"""Programmes, their organisers, and open calls with their criteria."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peer_visits.calls.states import CallState, ScoreOrder
from peer_visits.kernel.text import in_language
from peer_visits.storage.base import ADDRESS, LONG_TEXT, SLUG, Base, Identified, Versioned, fits, long_text
from peer_visits.storage.types import state_type


class Programme(Identified, Base):
    """The funded whole: its calls, its secretariat."""

    __tablename__ = "programme"

    slug: Mapped[str] = mapped_column(String(SLUG), unique=True)
    name: Mapped[str]
    funder: Mapped[str] = mapped_column(default="")
    secretariat: Mapped[str] = mapped_column(default="")
    contact_email: Mapped[str] = mapped_column(String(ADDRESS), default="")


class ProgrammeOrganiser(Base):
    """A person who runs a programme."""

    __tablename__ = "programme_organiser"

    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class Call(Identified, Versioned, Base):
    """An open call. The wall time in its zone is the promise; the UTC moment is derived from it."""

    __tablename__ = "call"
    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="window"),
        CheckConstraint("max_choices BETWEEN 1 AND 20", name="max_choices"),
        CheckConstraint("places_per_person BETWEEN 1 AND 20", name="places_per_person"),
        CheckConstraint("most_per_country >= 1", name="most_per_country"),
        CheckConstraint("most_per_organisation >= 1", name="most_per_organisation"),
        CheckConstraint("answer_days BETWEEN 1 AND 60", name="answer_days"),
        CheckConstraint("answered_at IS NULL OR decided_at IS NOT NULL", name="answered"),
        CheckConstraint("grace_minutes BETWEEN 0 AND 1440", name="grace_minutes"),
        CheckConstraint("promotion_stops_days BETWEEN 0 AND 60", name="promotion_stops_days"),
        fits("welcome", LONG_TEXT),
        fits("privacy", LONG_TEXT),
    )

    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"), index=True)
    slug: Mapped[str] = mapped_column(String(SLUG), unique=True)
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(String(500), default="")
    welcome: Mapped[str] = long_text(default="")
    privacy: Mapped[str] = long_text(default="")
    # The languages applicants can read the form in, the first where another has no words.
    languages: Mapped[list[str]] = mapped_column(default=lambda: ["en"])
    state: Mapped[CallState] = mapped_column(
        state_type(CallState, "call_state"), default=CallState.DRAFT, index=True
    )
    zone: Mapped[str] = mapped_column(String(64), default="Europe/Brussels")
    opens_wall: Mapped[str] = mapped_column(String(19))
    closes_wall: Mapped[str] = mapped_column(String(19))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime] = mapped_column(index=True)
    # Where sources name only days, this sentence is shown and the exact window is not.
    window_note: Mapped[str] = mapped_column(String(500), default="")
    # The day, in the call's zone, by which hosts hand their shortlists over.
    shortlists_by: Mapped[date | None]
    answers_by: Mapped[date | None]
    decided_at: Mapped[datetime | None]
    # When the answers become known: the decision's moment plus the time it can be undone in.
    answered_at: Mapped[datetime | None]
    grace_minutes: Mapped[int] = mapped_column(default=10)
    max_choices: Mapped[int] = mapped_column(default=2)
    places_per_person: Mapped[int] = mapped_column(default=1)
    answer_days: Mapped[int] = mapped_column(default=7)
    # Whether a deadline that falls into somebody's night or weekend waits for their next working day.
    moves_deadlines: Mapped[bool] = mapped_column(default=True)
    # So many days before a visit its waiting list is closed.
    promotion_stops_days: Mapped[int] = mapped_column(default=3)
    # Whether who holds a lower choice is asked first when a better place becomes free.
    upgrade_chain: Mapped[bool] = mapped_column(default=False)
    # Nobody is kept out by an empty list.
    eligible_countries: Mapped[list[str]] = mapped_column(default=list)
    eligible_kinds: Mapped[list[str]] = mapped_column(default=list)
    # Caps that keep the group of each visit mixed; none where empty.
    most_per_country: Mapped[int | None]
    most_per_organisation: Mapped[int | None]
    score_order: Mapped[ScoreOrder] = mapped_column(
        state_type(ScoreOrder, "score_order"), default=ScoreOrder.RAW, server_default="raw"
    )
    asks_substitute: Mapped[bool] = mapped_column(default=False)
    # Hosts read without names until their scores are in.
    blind: Mapped[bool] = mapped_column(default=False)
    cloned_from_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("call.id"))
    is_sample: Mapped[bool] = mapped_column(default=False)
    source_url: Mapped[str] = mapped_column(String(500), default="")

    programme: Mapped[Programme] = relationship(lazy="joined", innerjoin=True)
    criteria: Mapped[list[Criterion]] = relationship(order_by="Criterion.position", lazy="raise_on_sql")


class Criterion(Identified, Base):
    """What hosts score a choice on: 0 to `maximum`, with a weight, in each language of the call."""

    __tablename__ = "criterion"
    __table_args__ = (
        UniqueConstraint("call_id", "position"),
        CheckConstraint("weight BETWEEN 1 AND 100", name="weight"),
        CheckConstraint("maximum BETWEEN 1 AND 100", name="maximum"),
    )

    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"))
    position: Mapped[int]
    titles: Mapped[dict[str, Any]] = mapped_column(default=dict)
    helps: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # What a score means: by score, as text because JSON has no other keys, the words in each language.
    anchors: Mapped[dict[str, Any]] = mapped_column(default=dict)
    weight: Mapped[int] = mapped_column(default=1)
    maximum: Mapped[int] = mapped_column(default=5)

    @property
    def title(self) -> str:
        """The title in the call's first language."""
        return self.title_in("")

    @property
    def help(self) -> str:
        """What it means, in the call's first language."""
        return self.help_in("")

    def title_in(self, language: str) -> str:
        """The title in a language, else in the first that has one."""
        return in_language(self.titles, language)

    def help_in(self, language: str) -> str:
        """What it means in a language, else in the first that has words."""
        return in_language(self.helps, language)

    def anchor(self, value: int, language: str) -> str:
        """What this very score means; nothing where nobody has said."""
        return in_language(self.anchors.get(str(value), {}), language)

    def anchors_in(self, language: str) -> list[tuple[int, str]]:
        """Every score that has words, the lowest first."""
        values = sorted(int(one) for one in self.anchors)
        return [(one, words) for one in values if (words := self.anchor(one, language))]


class CallRetention(Versioned, Base):
    """How long a call keeps what was sent to it: so many months after it has closed, by what became of it.

    Without a row nothing is forgotten by itself. `is_held` stops all of it, for a dispute or an audit.
    """

    __tablename__ = "call_retention"
    __table_args__ = (
        *(
            CheckConstraint(f"{name} BETWEEN 1 AND 240", name=name)
            for name in ("draft_months", "withdrawn_months", "refused_months", "placed_months")
        ),
        CheckConstraint("warn_days BETWEEN 0 AND 180", name="warn_days"),
    )

    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"), primary_key=True)
    draft_months: Mapped[int]
    withdrawn_months: Mapped[int]
    refused_months: Mapped[int]
    placed_months: Mapped[int]
    # How long before people are told by mail (0: not at all), and the least that is left after the limits change.
    warn_days: Mapped[int] = mapped_column(default=28)
    # Whether an account goes with the last of its applications, if nothing else needs it.
    takes_accounts: Mapped[bool] = mapped_column(default=True)
    is_held: Mapped[bool] = mapped_column(default=False)
    held_for: Mapped[str] = mapped_column(String(300), default="")
    changed_at: Mapped[datetime]
    changed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))

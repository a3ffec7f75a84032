"""Visits, the sources of what is said about them, and their host teams."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peer_visits.calls.models import Call
from peer_visits.storage.base import SLUG, Base, Identified, Versioned, fits, long_text
from peer_visits.storage.types import state_type
from peer_visits.visits.states import DatesCertainty, HostKind, HostRole, VisitFormat


class Visit(Identified, Versioned, Base):
    """One peer-learning visit. Announced dates are what the call said, held ones what happened."""

    __tablename__ = "visit"
    __table_args__ = (
        UniqueConstraint("call_id", "position"),
        CheckConstraint("capacity BETWEEN 1 AND 1000", name="capacity"),
        CheckConstraint("announced_starts_on <= announced_ends_on", name="announced_dates"),
        CheckConstraint("held_starts_on <= held_ends_on", name="held_dates"),
        fits("about"),
    )

    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"))
    slug: Mapped[str] = mapped_column(String(SLUG), unique=True)
    position: Mapped[int]
    host_name: Mapped[str]
    host_kind: Mapped[HostKind] = mapped_column(state_type(HostKind, "host_kind"), default=HostKind.UNKNOWN)
    place: Mapped[str]
    country: Mapped[str] = mapped_column(String(2))
    called_title: Mapped[str] = mapped_column(String(300), default="")
    reported_title: Mapped[str] = mapped_column(String(300), default="")
    topic: Mapped[str] = mapped_column(String(300), default="")
    about: Mapped[str] = long_text(default="")
    format: Mapped[VisitFormat] = mapped_column(
        state_type(VisitFormat, "visit_format"), default=VisitFormat.ONLINE
    )
    zone: Mapped[str] = mapped_column(String(64))
    capacity: Mapped[int]
    language: Mapped[str] = mapped_column(String(8), default="en")
    announced_starts_on: Mapped[date | None]
    announced_ends_on: Mapped[date | None]
    held_starts_on: Mapped[date | None]
    held_ends_on: Mapped[date | None]
    dates_certainty: Mapped[DatesCertainty] = mapped_column(
        state_type(DatesCertainty, "dates_certainty"), default=DatesCertainty.ANNOUNCED
    )
    # Shown in place of a range where the sources give no single one: "April 2021".
    dates_text: Mapped[str] = mapped_column(String(120), default="")
    dates_note: Mapped[str] = mapped_column(String(500), default="")
    participants_count: Mapped[int | None]
    participant_countries: Mapped[list[str]] = mapped_column(default=list)
    participant_countries_complete: Mapped[bool] = mapped_column(default=False)
    is_sample: Mapped[bool] = mapped_column(default=False)

    call: Mapped[Call] = relationship(lazy="joined", innerjoin=True)
    sources: Mapped[list[VisitSource]] = relationship(order_by="VisitSource.position", lazy="raise_on_sql")

    @property
    def title(self) -> str:
        """The reported title once there is one, else the called one."""
        return self.reported_title or self.called_title or self.topic


class VisitSource(Identified, Base):
    """Where something about a visit was read, and what it says where sources differ."""

    __tablename__ = "visit_source"
    __table_args__ = (UniqueConstraint("visit_id", "position"),)

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id"))
    position: Mapped[int]
    url: Mapped[str] = mapped_column(String(500))
    about_dates: Mapped[bool] = mapped_column(default=False)


class HostMember(Base):
    """A person who acts for a visit's host."""

    __tablename__ = "host_member"

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    role: Mapped[HostRole] = mapped_column(state_type(HostRole, "host_role"), default=HostRole.LEAD)

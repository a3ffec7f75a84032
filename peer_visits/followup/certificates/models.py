"""Certificates of attendance, and how much of a visit somebody has to attend for one."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peer_visits.followup.certificates.codes import LENGTH
from peer_visits.followup.certificates.rules import USUAL_SHARE
from peer_visits.followup.certificates.states import CertificateState
from peer_visits.places.models import Place
from peer_visits.storage.base import Base, Identified
from peer_visits.storage.types import state_type

_ISSUED = text("state = 'issued'")


class Certificate(Identified, Base):
    """What somebody was certified. It keeps its own words: paper does not change when a name or a title does."""

    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn"),
        CheckConstraint("minutes BETWEEN 1 AND held_minutes", name="minutes"),
        CheckConstraint("starts_on <= ends_on", name="dates"),
        Index(
            "uq_certificate_issued", "place_id", unique=True, sqlite_where=_ISSUED, postgresql_where=_ISSUED
        ),
        Index("ix_certificate_place_id", "place_id"),
    )

    place_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("place.id"))
    code: Mapped[str] = mapped_column(String(LENGTH), unique=True)
    state: Mapped[CertificateState] = mapped_column(
        state_type(CertificateState, "certificate_state"), default=CertificateState.ISSUED
    )
    name: Mapped[str]
    organisation: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(String(300))
    host: Mapped[str]
    town: Mapped[str]
    country: Mapped[str] = mapped_column(String(2))
    programme: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    # Of the sessions at which attendance was kept: how long they lasted, and how much of it somebody was there.
    minutes: Mapped[int]
    held_minutes: Mapped[int]
    issued_at: Mapped[datetime]
    issued_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(500), default="")

    place: Mapped[Place] = relationship(lazy="raise_on_sql")


class CertificateRule(Base):
    """What a visit asks for its certificates, where that is not the usual."""

    __tablename__ = "certificate_rule"
    __table_args__ = (CheckConstraint("share BETWEEN 1 AND 100", name="share"),)

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    share: Mapped[int] = mapped_column(default=USUAL_SHARE)
    # Whether certificates go out by themselves.
    is_automatic: Mapped[bool] = mapped_column(default=True)

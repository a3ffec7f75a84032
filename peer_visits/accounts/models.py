"""People, their sessions, the links they were mailed, and counted attempts."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peer_visits.storage.base import ADDRESS, Base, Identified, Versioned, fits, long_text
from peer_visits.storage.types import state_type


class OrganisationKind(StrEnum):
    """What kind of body a person comes from."""

    LOCAL = "local"
    REGIONAL = "regional"
    NATIONAL = "national"
    CIVIL = "civil"
    OTHER = "other"


class LinkPurpose(StrEnum):
    """What a mailed link is good for."""

    VERIFY = "verify"
    RESET = "reset"
    CHANGE_ADDRESS = "change_address"
    SIGN_IN = "sign_in"


class Person(Identified, Versioned, Base):
    """An account. The address is kept in its normal form; it is unique there."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_normal"),
        CheckConstraint("length(email) <= 254 AND length(name) <= 200", name="lengths"),
    )

    email: Mapped[str] = mapped_column(String(ADDRESS), unique=True)
    email_verified_at: Mapped[datetime | None]
    password_hash: Mapped[str | None]
    name: Mapped[str]
    organisation: Mapped[str] = mapped_column(default="")
    organisation_kind: Mapped[OrganisationKind | None] = mapped_column(
        state_type(OrganisationKind, "organisation_kind")
    )
    country: Mapped[str | None] = mapped_column(String(2))
    language: Mapped[str] = mapped_column(String(8), default="en")
    time_zone: Mapped[str] = mapped_column(String(64), default="Europe/Brussels")
    is_administrator: Mapped[bool] = mapped_column(default=False)
    is_synthetic: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    # What Flask-Login asks of a user.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """The id Flask-Login keeps; the session record is what decides."""
        return str(self.id)

    @property
    def initials(self) -> str:
        """One or two capitals for the round mark in the header."""
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


class SignInSession(Base):
    """One signed-in browser. The row decides, not the cookie: without it the cookie is worth nothing."""

    __tablename__ = "sign_in_session"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    person: Mapped[Person] = relationship(lazy="joined")


class MailedLink(Base):
    """A link sent to one address, good once and until its end."""

    __tablename__ = "mailed_link"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(state_type(LinkPurpose, "link_purpose"))
    email: Mapped[str] = mapped_column(String(ADDRESS))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined")


class Attempt(Base):
    """One counted attempt (sign-in, mail asked for), under a hash of account or network address."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class ConsentLine(Base):
    """Somebody allowed something or took it back, under the words they were shown. A line is never changed."""

    __tablename__ = "consent_line"
    __table_args__ = (Index("ix_consent_line_about", "about_kind", "about_id"), fits("words"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    # Without an account: the record it is about knows whose it is.
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    topic: Mapped[str] = mapped_column(String(40))
    about_kind: Mapped[str] = mapped_column(String(40))
    about_id: Mapped[uuid.UUID]
    is_given: Mapped[bool]
    words: Mapped[str] = long_text()
    language: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]

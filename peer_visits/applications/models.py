"""Applications, their ranked choices, what was sent before, and files."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peer_visits.accounts.models import Person
from peer_visits.applications.states import ApplicationState
from peer_visits.calls.models import Call
from peer_visits.files.models import StoredFile
from peer_visits.storage.base import ADDRESS, Base, Identified, Versioned, fits, long_text
from peer_visits.storage.types import state_type
from peer_visits.visits.models import Visit

MOTIVATION = 2000


class Application(Identified, Versioned, Base):
    """What one person sends to one call."""

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("call_id", "person_id"),
        CheckConstraint("state <> 'submitted' OR submitted_at IS NOT NULL", name="submitted"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn"),
        Index("ix_application_call_state_submitted", "call_id", "state", "submitted_at", "id"),
        Index("ix_application_call_submitted", "call_id", "submitted_at", "id"),
        Index("ix_application_call_name", "call_id", "sort_name", "id"),
        Index("ix_application_call_same", "call_id", "sort_name", "country", "state"),
        Index("ix_application_call_organisation", "call_id", "sort_organisation", "id"),
        Index("ix_application_call_country", "call_id", "country", "submitted_at", "id"),
        Index("ix_application_call_kind", "call_id", "organisation_kind", "submitted_at", "id"),
        CheckConstraint("state <> 'draft' OR draft IS NOT NULL", name="draft"),
        CheckConstraint("state <> 'submitted' OR sent_number >= 1", name="sent_number"),
    )

    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[ApplicationState] = mapped_column(
        state_type(ApplicationState, "application_state"), default=ApplicationState.DRAFT
    )
    # What is typed and not sent, whatever is missing in it: `drafts.py` knows its shape.
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    # What was sent last: by question, the answer and the number of the wording it was given to.
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    substitute_name: Mapped[str] = mapped_column(default="")
    substitute_email: Mapped[str] = mapped_column(String(ADDRESS), default="")
    sent_number: Mapped[int] = mapped_column(default=0)
    # About the person as last saved, so that lists filter and sort from an index.
    sort_name: Mapped[str] = mapped_column(default="")
    sort_organisation: Mapped[str] = mapped_column(default="")
    country: Mapped[str | None] = mapped_column(String(2))
    organisation_kind: Mapped[str | None] = mapped_column(String(20))
    # The organiser lets somebody in whom the rules keep out, and says why.
    allowed_reason: Mapped[str] = mapped_column(String(500), default="")
    # The organiser asks this person for something after the deadline, until then.
    open_until: Mapped[datetime | None]
    open_note: Mapped[str] = mapped_column(String(500), default="")
    withdrawal_reason: Mapped[str] = mapped_column(String(500), default="")
    is_imported: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    call: Mapped[Call] = relationship(lazy="raise_on_sql")
    person: Mapped[Person] = relationship(lazy="raise_on_sql")
    choices: Mapped[list[Choice]] = relationship(
        order_by="Choice.rank",
        lazy="raise_on_sql",
        cascade="all, delete-orphan",
        back_populates="application",
    )


class Choice(Identified, Base):
    """One visit an applicant wants, with its rank (1 is the first wish) and why."""

    __tablename__ = "choice"
    __table_args__ = (
        UniqueConstraint("application_id", "visit_id"),
        CheckConstraint("rank BETWEEN 1 AND 20", name="rank"),
        Index("ix_choice_visit_sent", "visit_id", "is_sent", "rank", "is_read", "id"),
        fits("motivation", MOTIVATION),
    )

    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id"))
    rank: Mapped[int]
    # Kept equal to "its application is sent", so that a visit's choices are counted from the index alone.
    is_sent: Mapped[bool] = mapped_column(default=False)
    # Somebody of the host team has scored every criterion of it; counted in the same way.
    is_read: Mapped[bool] = mapped_column(default=False)
    motivation: Mapped[str] = long_text(default="")
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)

    application: Mapped[Application] = relationship(lazy="raise_on_sql", back_populates="choices")
    visit: Mapped[Visit] = relationship(lazy="raise_on_sql")


class SentVersion(Base):
    """What was sent each time: number 1 first. Never changed."""

    __tablename__ = "sent_version"

    application_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    sent_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]


class Attachment(Identified, Base):
    """A file given with an application. The answer it belongs to names it by its id."""

    __tablename__ = "attachment"

    application_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), index=True
    )
    file_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stored_file.id"))
    created_at: Mapped[datetime]

    file: Mapped[StoredFile] = relationship(lazy="joined", innerjoin=True)


class SavedView(Identified, Base):
    """An organiser's own view of a call's applications: filters, order and columns under a name."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("person_id", "call_id", "name"),)

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"))
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[str] = mapped_column(String(2000))


class ForgottenApplication(Base):
    """An application that was emptied, by itself in time or with its person. What is left of it is a figure."""

    __tablename__ = "forgotten_application"

    application_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime]
    # Whether its person was erased; else its call has kept it long enough.
    with_person: Mapped[bool]

"""Mail to many people, as an organiser writes it: whom it is for, and what it says."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peer_visits.calls.models import Call
from peer_visits.mailing.groups.states import Audience, GroupState
from peer_visits.storage.base import ADDRESS, LONG_TEXT, Base, Identified, Versioned, fits, long_text
from peer_visits.storage.types import state_type
from peer_visits.visits.models import Visit


class GroupMail(Identified, Versioned, Base):
    """A draft keeps whatever is missing. A sent one never changes; its mails name it as their group.

    No call means every call of the programme, no visit every visit. `statuses` are the states, or the roles of
    hosts, of whom it is for.
    """

    __tablename__ = "group_mail"
    __table_args__ = (
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent"),
        CheckConstraint("visit_id IS NULL OR call_id IS NOT NULL", name="visit"),
        Index("ix_group_mail_programme", "programme_id", "state", "saved_at"),
        fits("body", LONG_TEXT),
    )

    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    call_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("call.id"))
    visit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("visit.id"))
    audience: Mapped[Audience] = mapped_column(state_type(Audience, "group_mail_audience"))
    statuses: Mapped[list[str]] = mapped_column(default=list)
    subject: Mapped[str] = mapped_column(String(250), default="")
    body: Mapped[str] = long_text(default="")
    reply_to: Mapped[str] = mapped_column(String(ADDRESS), default="")
    copies_to_team: Mapped[bool] = mapped_column(default=False)
    state: Mapped[GroupState] = mapped_column(
        state_type(GroupState, "group_mail_state"), default=GroupState.DRAFT
    )
    # How many people did not get it although it was for people like them.
    left_out: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))

    call: Mapped[Call | None] = relationship(lazy="raise_on_sql")
    visit: Mapped[Visit | None] = relationship(lazy="raise_on_sql")

"""The group that was suggested to a host team last."""

from __future__ import annotations

import uuid

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from peer_visits.searches.models import Search, tied_to_state
from peer_visits.storage.base import Base


class SuggestedGroup(Search, Base):
    """The latest search for a visit's group; its answer holds ids of choices, as `queries.as_answer` writes it."""

    __tablename__ = "suggested_group"
    __table_args__ = tied_to_state("suggested_group")

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id"), primary_key=True)

"""Whom nobody may bring back: digests of the addresses of people who were erased."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from peer_visits.storage.base import Base


class ErasedPerson(Base):
    """Somebody was erased then. The digest is keyed: without this installation's secret it tells nothing.

    After an older backup is put back, whoever is found by it and is older than `at` is erased again.
    """

    __tablename__ = "erased_person"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]

"""The declarative base, with names for every constraint so that migrations can change them."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, MetaData, String, Text, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

from peer_visits.kernel.ids import new_id
from peer_visits.storage.types import Moment

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# Longest values, in characters: the field and the column agree on them.
LINE = 200
SLUG = 80
ADDRESS = 254
TEXT = 4000
LONG_TEXT = 20_000


class Base(DeclarativeBase):
    """What every table stands on."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: Moment,
            date: Date,
            uuid.UUID: Uuid,
            str: String(LINE),
            dict[str, Any]: JSON,
            list[str]: JSON,
        },
    )


class Identified:
    """A record with a random id."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)


class Versioned:
    """A record that two people may edit: each change raises the version, and a form carries it."""

    version: Mapped[int] = mapped_column(default=1, nullable=False)


def long_text(**kwargs: Any) -> Mapped[str]:
    """A text column; pair it with `fits(...)`, which keeps its limit."""
    return mapped_column(Text, **kwargs)


def fits(column: str, limit: int = TEXT) -> CheckConstraint:
    """A CHECK that a text column holds at most `limit` characters."""
    return CheckConstraint(f"length({column}) <= {limit}", name=f"{column}_length")

"""How a room says what its tables hold about people: why, how long, and what is left of it once somebody is erased.

Each room has a `personal.py` with

- `HOLDINGS`: what is held about people, a table and a way to somebody's rows each;
- `ACTS`: columns that only note who did something; they point at an account that no longer tells whose it was;
- `MENTIONS`: texts in which somebody's name or address may stand although the row is not about them;
- `NOBODY`: tables that hold nothing about people.

A structural test refuses a table, a reference to a person or a text that none of the four names.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Table
from sqlalchemy.orm import Session

from peer_visits.kernel.text import Phrase, phrase
from peer_visits.storage.base import Base

# What stands where somebody's name or address stood. Not a word, so that it reads the same in every language.
ERASED = "[…]"
# What the address of an account ends in that was erased; `.invalid` never becomes a real name.
NOWHERE = "@erased.invalid"


@dataclass(frozen=True)
class Whose:
    """Whose data is meant: an account with its address and name, and applications.

    Where an application alone is forgotten there is no account: `person_id` is none, address and name are empty.
    """

    person_id: uuid.UUID | None
    email: str
    name: str
    applications: tuple[uuid.UUID, ...]


@dataclass(frozen=True)
class Field:
    """Columns that belong together: what they are to the person, and what they are needed for."""

    what: Phrase
    why: Phrase
    columns: tuple[str, ...]


class Fate(StrEnum):
    """What becomes of rows when their person is erased."""

    REMOVED = "removed"
    EMPTIED = "emptied"
    COUNTED = "counted"


@dataclass(frozen=True)
class Holding:
    """What one table holds about a person, in one role of theirs.

    `theirs` finds the rows and `through` names the references to a person it goes by. `leaves` says what stands in a
    column after the erasure (a value, or what makes a fresh one); none: the row goes. What it does not name stays: an
    anonymous figure; texts that stay, since they tell nobody, are named in `stays`. `then` does what columns cannot
    say, before they are emptied; texts that it empties are in `by_then`. `of_application`: it is forgotten with its
    application, too. `is_shown`: the person sees it by themselves; else the organiser gives it on request.
    """

    model: type[Base] | Table
    title: Phrase
    theirs: Callable[[Whose], ColumnElement[bool]]
    fields: tuple[Field, ...]
    kept: Phrase
    through: tuple[str, ...] = ()
    leaves: Mapping[str, Any] | None = None
    stays: frozenset[str] = frozenset()
    by_then: frozenset[str] = frozenset()
    then: Callable[[Session, Whose], None] | None = None
    of_application: bool = False
    is_shown: bool = True

    @property
    def table(self) -> Table:
        """The table itself."""
        return self.model if isinstance(self.model, Table) else self.model.metadata.tables[self.name]

    @property
    def name(self) -> str:
        """The table's name."""
        return self.model.name if isinstance(self.model, Table) else self.model.__tablename__

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is told of."""
        return tuple(column for one in self.fields for column in one.columns)

    @property
    def fate(self) -> Fate:
        """What becomes of the rows, in one word."""
        if self.leaves is None:
            return Fate.REMOVED
        return Fate.EMPTIED if self.leaves or self.then else Fate.COUNTED


@dataclass(frozen=True)
class Mention:
    """Texts of a table in which somebody may be named who is not what the row is about."""

    model: type[Base]
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Room:
    """Everything one room says about people."""

    name: str
    holdings: tuple[Holding, ...] = ()
    acts: frozenset[str] = frozenset()
    mentions: tuple[Mention, ...] = ()
    nobody: frozenset[str] = frozenset()


WITH_ACCOUNT = phrase("As long as you have an account.")
WITH_CALL = phrase("As long as the call says; after that it is emptied by itself.")
WITH_ROLE = phrase("As long as you have this role.")

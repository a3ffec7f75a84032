"""Every table says what it holds about people: why, how long, and what is left after an erasure.

Whoever adds a table, a reference to a person or a text adds a line to the `personal.py` of its room.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import JSON, Column, Enum, String, Table

from peer_visits.storage.base import Base
from peer_visits.storage.personal import Holding, Room
from peer_visits.wiring import all_personal

# A row that hangs on one of these is about a person, be there a name in it or not.
ABOUT_SOMEBODY = frozenset({"person", "application", "choice", "place", "review", "agenda_speaker"})
# By what a column that holds an address or a name is called.
SPEAKING = ("email", "address", "person", "speaker", "author", "to_name")


@pytest.fixture
def tables(sqlite_app: Flask) -> dict[str, Table]:
    """Every table of every room."""
    return dict(Base.metadata.tables)


@pytest.fixture
def rooms(sqlite_app: Flask) -> tuple[Room, ...]:
    return all_personal()


def holdings(rooms: tuple[Room, ...]) -> Iterator[Holding]:
    for room in rooms:
        yield from room.holdings


def nobody(rooms: tuple[Room, ...]) -> set[str]:
    return {name for room in rooms for name in room.nobody}


def acts(rooms: tuple[Room, ...]) -> set[str]:
    return {name for room in rooms for name in room.acts}


def references(table: Table, to: frozenset[str]) -> Iterator[str]:
    for column in table.columns:
        if any(key.column.table.name in to for key in column.foreign_keys):
            yield f"{table.name}.{column.name}"


def is_text(column: Column[object]) -> bool:
    """Whether people may have written into it: neither a state nor a reference."""
    is_word = isinstance(column.type, (String, JSON)) and not isinstance(column.type, Enum)
    return is_word and not column.foreign_keys


def test_every_table_is_told_of(tables: dict[str, Table], rooms: tuple[Room, ...]) -> None:
    told = {one.name for one in holdings(rooms)} | nobody(rooms)
    assert sorted(tables.keys() - told) == [], (
        "say in the room's personal.py what these tables hold about people"
    )
    assert sorted(told - tables.keys()) == [], "these tables are gone"


def test_every_reference_to_a_person_is_told_of(tables: dict[str, Table], rooms: tuple[Room, ...]) -> None:
    told = {f"{one.name}.{column}" for one in holdings(rooms) for column in one.through} | acts(rooms)
    found = {name for table in tables.values() for name in references(table, frozenset({"person"}))}
    assert sorted(found - told) == [], (
        "name it in `through` of a holding, or in ACTS if it only says who did it"
    )


def test_what_holds_nothing_about_people_has_none_in_it(
    tables: dict[str, Table], rooms: tuple[Room, ...]
) -> None:
    known = acts(rooms)
    wrong = [
        f"{table.name}.{column.name}"
        for table in (tables[name] for name in sorted(nobody(rooms)))
        if not all(column.foreign_keys for column in table.columns)
        for column in table.columns
        if f"{table.name}.{column.name}" not in known | OFFICES
        and (
            any(key.column.table.name in ABOUT_SOMEBODY for key in column.foreign_keys)
            or (is_text(column) and any(word in column.name for word in SPEAKING))
        )
    ]
    assert wrong == []


# Addresses and numbers that are no person's.
OFFICES = frozenset({"programme.contact_email", "call.places_per_person", "group_mail.reply_to"})


def test_every_text_of_a_holding_has_a_purpose(tables: dict[str, Table], rooms: tuple[Room, ...]) -> None:
    told = {f"{one.name}.{column}" for one in holdings(rooms) for column in one.columns}
    # Of what only mentions people in passing, not every column is about them.
    whole = {one.name for one in holdings(rooms) if one.name not in IN_PASSING}
    missing = {
        f"{name}.{column.name}"
        for name in whole
        for column in tables[name].columns
        if is_text(column) and f"{name}.{column.name}" not in told
    }
    assert sorted(missing) == [], "say in a Field what it is, and what it is needed for"
    known = {f"{table.name}.{column.name}" for table in tables.values() for column in table.columns}
    assert sorted(told - known) == [], "these columns are gone"


# Records of a visit or a call that somebody is found in.
IN_PASSING = frozenset({"analytical_document", "allocation_run"})


def test_what_becomes_of_every_text_is_said(tables: dict[str, Table], rooms: tuple[Room, ...]) -> None:
    unsaid = [
        f"{one.name}.{column}"
        for one in holdings(rooms)
        if one.leaves is not None
        for column in one.columns
        if is_text(tables[one.name].columns[column])
        and column not in one.leaves.keys() | one.stays | one.by_then
    ]
    assert unsaid == [], (
        "say in `leaves` what stands there after an erasure, or in `stays` that it tells nobody"
    )


def test_what_is_left_fits_its_column(tables: dict[str, Table], rooms: tuple[Room, ...]) -> None:
    wrong = [
        f"{one.name}.{column}"
        for one in holdings(rooms)
        for column, value in (one.leaves or {}).items()
        if column not in tables[one.name].columns
        or (value is None and not tables[one.name].columns[column].nullable)
    ]
    assert wrong == []


def test_texts_that_may_name_people_are_there(tables: dict[str, Table], rooms: tuple[Room, ...]) -> None:
    gone = [
        f"{one.model.__tablename__}.{column}"
        for room in rooms
        for one in room.mentions
        for column in one.columns
        if column not in tables[one.model.__tablename__].columns
    ]
    assert gone == []

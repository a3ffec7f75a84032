"""Empties or removes what rooms hold, as they say themselves, in the order in which nothing hangs in the air."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, func, select, update
from sqlalchemy.orm import Session

from peer_visits.files.models import PARTS, StoredFile
from peer_visits.files.services import remove_records
from peer_visits.storage.base import Base
from peer_visits.storage.personal import Holding, Whose

_FILES = StoredFile.__tablename__


def empty(session: Session, whose: Whose, holdings: Iterable[Holding]) -> list[str]:
    """Empty these holdings of somebody's; returns the keys of files nobody needs any more.

    The bytes behind the keys are removed after the commit: until then everything can be undone.
    """
    keys: list[str] = []
    for holding in holdings:
        session.flush()
        if holding.then:
            holding.then(session, whose)
            session.flush()
        files = _files_of(session, holding, whose)
        _settle(session, holding, whose)
        keys += _remove_files(session, files)
    session.expire_all()
    return keys


def _settle(session: Session, holding: Holding, whose: Whose) -> None:
    table, theirs = holding.table, holding.theirs(whose)
    if holding.leaves is None:
        session.execute(delete(table).where(theirs))
    elif holding.leaves:
        for rows in _rows_alike(session, holding, whose):
            left = {name: value() if callable(value) else value for name, value in holding.leaves.items()}
            session.execute(update(table).where(rows).values(left))


def _rows_alike(session: Session, holding: Holding, whose: Whose) -> list[ColumnElement[bool]]:
    """What can be emptied at once: everything, or row by row where each is left a value of its own."""
    theirs = holding.theirs(whose)
    if not any(callable(value) for value in (holding.leaves or {}).values()):
        return [theirs]
    keys = list(holding.table.primary_key.columns)
    found = session.execute(select(*keys).where(theirs)).all()
    return [and_(*(key == value for key, value in zip(keys, row, strict=True))) for row in found]


def _files_of(session: Session, holding: Holding, whose: Whose) -> set[uuid.UUID]:
    """The files that the rows name, where they stop naming them."""
    columns = [
        column
        for column in _naming_files(holding.table)
        if holding.leaves is None or column.name in holding.leaves
    ]
    if not columns:
        return set()
    rows = session.execute(select(*columns).where(holding.theirs(whose)))
    return {one for row in rows for one in row if one}


def _naming_files(table: Table) -> Iterator[ColumnElement[Any]]:
    for column in table.columns:
        if any(key.column.table.name == _FILES for key in column.foreign_keys):
            yield column


def _remove_files(session: Session, files: set[uuid.UUID]) -> list[str]:
    """The records of files that nothing else names."""
    unneeded = [one for one in files if not _is_needed(session, one)]
    return remove_records(session, unneeded) if unneeded else []


def _is_needed(session: Session, file_id: uuid.UUID) -> bool:
    own = {_FILES, *(part.__tablename__ for part in PARTS)}
    columns = (
        column
        for table in Base.metadata.tables.values()
        if table.name not in own
        for column in _naming_files(table)
    )
    return any(session.scalar(select(func.count()).where(column == file_id)) for column in columns)

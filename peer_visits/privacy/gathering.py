"""Everything that is held about somebody, as it lies there: for their page, and to take along."""

from __future__ import annotations

import json
import uuid
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from tempfile import TemporaryFile
from typing import IO, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.calls.models import Call, Programme
from peer_visits.files.models import StoredFile
from peer_visits.files.rules import safe_name
from peer_visits.files.store import Store
from peer_visits.kernel.errors import NotFound
from peer_visits.privacy.registry import all_rooms
from peer_visits.questions.models import Question
from peer_visits.storage.personal import Holding, Room, Whose
from peer_visits.visits.models import Visit

# What lets somebody in stays a secret, even to those whose it is.
SECRETS = frozenset({"password_hash", "digest", "key", "claim_id"})
NOT_SHOWN = "(kept, and shown to nobody)"
SCHEMA = "peer-visits/own-data/1"


@dataclass(frozen=True)
class Held:
    """The rows of one holding, each with the columns it tells of."""

    holding: Holding
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class HeldByRoom:
    """What one room holds, without what it holds nothing of."""

    room: Room
    held: Sequence[Held]


def gather(session: Session, whose: Whose, *, everything: bool = False) -> list[HeldByRoom]:
    """What is held about somebody, a statement for each holding; `everything` also what others wrote about them."""
    return [
        HeldByRoom(room, held)
        for room in all_rooms()
        if (held := [one for one in _of_room(session, room, whose, everything=everything) if one.rows])
    ]


def _of_room(session: Session, room: Room, whose: Whose, *, everything: bool) -> Iterator[Held]:
    seen: set[tuple[str, Any]] = set()
    for holding in room.holdings:
        if holding.is_shown or everything:
            yield Held(
                holding, [row for row in _rows(session, holding, whose) if _is_new(holding, row, seen)]
            )


def _is_new(holding: Holding, row: Mapping[str, Any], seen: set[tuple[str, Any]]) -> bool:
    """A mail about an application is to its person, too: it is told of once."""
    key = (holding.name, row.get("id", repr(row)))
    known = key in seen
    seen.add(key)
    return not known


def _rows(session: Session, holding: Holding, whose: Whose) -> Iterator[dict[str, Any]]:
    names = (
        dict.fromkeys(("id", *holding.columns)) if "id" in holding.table.c else dict.fromkeys(holding.columns)
    )
    query = select(*(holding.table.c[name] for name in names)).where(holding.theirs(whose))
    for row in session.execute(query.order_by(*holding.table.primary_key.columns)).mappings():
        yield {name: NOT_SHOWN if name in SECRETS and row[name] else row[name] for name in names}


def names_of(session: Session, rooms: Iterable[HeldByRoom]) -> dict[str, str]:
    """What ids in the rows stand for: visits, calls, programmes and questions, in four statements."""
    found = {one for room in rooms for held in room.held for row in held.rows for one in _ids(row)}
    if not found:
        return {}
    named = {
        **{visit.id: visit.title for visit in session.scalars(_with_id(Visit, found)).unique()},
        **{call.id: call.title for call in session.scalars(_with_id(Call, found)).unique()},
        **{one.id: one.name for one in session.scalars(_with_id(Programme, found))},
        **{
            one.id: next(iter(one.definition["labels"].values()), "")
            for one in session.scalars(_with_id(Question, found))
        },
    }
    return {str(identity): words for identity, words in named.items()}


def _with_id(model: Any, ids: set[uuid.UUID]) -> Any:
    return select(model).where(model.id.in_(ids))


def _ids(value: Any) -> Iterator[uuid.UUID]:
    """Every id in a value, as one or as a text, among the names of a JSON too."""
    if isinstance(value, uuid.UUID):
        yield value
    elif isinstance(value, str) and len(value) == 36:
        try:
            yield uuid.UUID(value)
        except ValueError:
            return
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from _ids(name)
            yield from _ids(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _ids(part)


def as_json(rooms: Sequence[HeldByRoom], names: Mapping[str, str], whose: Whose, now: datetime) -> str:
    """All of it for a program, with what each part is for."""
    told = {
        "schema": SCHEMA,
        "made_at": now.isoformat(),
        "about": {"name": whose.name, "email": whose.email},
        "rooms": [{"room": room.room.name, "held": [_told(held) for held in room.held]} for room in rooms],
        "names": dict(names),
    }
    return json.dumps(told, ensure_ascii=False, indent=2, default=_plain)


def _told(held: Held) -> dict[str, Any]:
    return {
        "what": str(held.holding.title),
        "kept": str(held.holding.kept),
        "fields": [
            {"what": str(one.what), "why": str(one.why), "columns": one.columns}
            for one in held.holding.fields
        ],
        "rows": held.rows,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else str(value)


def files_of(session: Session, rooms: Iterable[HeldByRoom]) -> Sequence[StoredFile]:
    """The files that the rows name."""
    ids = {
        row[name]
        for room in rooms
        for held in room.held
        for name in _file_columns(held.holding)
        for row in held.rows
        if row.get(name)
    }
    query = select(StoredFile).where(StoredFile.id.in_(ids)).order_by(StoredFile.id)
    return session.scalars(query).all() if ids else []


def _file_columns(holding: Holding) -> list[str]:
    return [
        column.name
        for column in holding.table.columns
        if any(key.column.table.name == StoredFile.__tablename__ for key in column.foreign_keys)
    ]


def pack(told: str, files: Iterable[StoredFile], store: Store) -> IO[bytes]:
    """One archive: `data.json` and a folder of files. In a temporary file, at its beginning."""
    target = TemporaryFile(prefix="peer-visits-")  # noqa: SIM115  (handed on open)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", told)
        for number, file in enumerate(files, start=1):
            _add(archive, file, number, store)
    target.seek(0)
    return target


def _add(archive: zipfile.ZipFile, file: StoredFile, number: int, store: Store) -> None:
    """A file that is missing in the store is missing here, too: the rest is theirs all the same."""
    suffix = "." + file.name.rpartition(".")[2]
    try:
        with store.open(file.key) as source:
            archive.writestr(f"files/{number}-{safe_name(file.name, suffix=suffix)}", source.read())
    except NotFound:
        return

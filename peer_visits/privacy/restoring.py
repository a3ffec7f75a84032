"""A backup brings erased people back. A list beside the database, of digests alone, takes them away again.

The file lives in the instance folder and is not part of a backup of the database: whoever stands in it and not in the
database was erased after the backup was made. Lines are only ever added.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.config import Settings
from peer_visits.files.serving import current_store
from peer_visits.privacy.erasing import digest_of, erase_person, remember
from peer_visits.privacy.models import ErasedPerson
from peer_visits.storage.transaction import reading, writing

NAME = "erased-people.txt"


def list_path() -> Path:
    """Where the list lies."""
    settings: Settings = current_app.extensions["settings"]
    return settings.instance / NAME


def read_list(path: Path) -> dict[str, datetime]:
    """Each digest with the last moment it was erased; a line cut short by a full disk is passed over."""
    found: dict[str, datetime] = {}
    if not path.exists():
        return found
    for line in path.read_text("utf-8").splitlines():
        digest, _blank, moment = line.partition(" ")
        try:
            at = datetime.fromisoformat(moment)
        except ValueError:
            continue
        if len(digest) == 64 and at.tzinfo:
            found[digest] = max(at, found.get(digest, at))
    return found


def known_erased(session: Session) -> dict[str, datetime]:
    """What the database knows of the erased."""
    return {one.digest: one.at for one in session.scalars(select(ErasedPerson))}


def write_list(path: Path) -> int:
    """Add what the database knows and the list does not, safely on disk; returns how many lines."""
    told, known = read_list(path), known_erased(reading())
    missing = {digest: at for digest, at in known.items() if told.get(digest) != at}
    if missing:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as target:
            # A line that was cut short must not spoil the next one.
            target.write("".join(f"\n{digest} {at.isoformat()}" for digest, at in missing.items()) + "\n")
            target.flush()
            os.fsync(target.fileno())
    return len(missing)


def erase_again(now: datetime, path: Path) -> int:
    """Erase whoever stands in the list and is back; returns how many accounts that were.

    Who came back by themselves has a younger account, and keeps it.
    """
    session = reading()
    known = known_erased(session)
    missing = {
        one: at for one, at in read_list(path).items() if known.get(one) != at and _is_later(known, one, at)
    }
    session.rollback()
    return sum(_erase_one(digest, at, now) for digest, at in missing.items())


def _is_later(known: Mapping[str, datetime], digest: str, at: datetime) -> bool:
    return digest not in known or known[digest] < at


def _erase_one(digest: str, at: datetime, now: datetime) -> int:
    with writing() as session:
        person = _find(session, digest, at)
        keys = erase_person(session, person=person, now=now, by=None) if person else []
        remember(session, digest, at)
    for key in keys:
        current_store().remove(key)
    return int(person is not None)


def _find(session: Session, digest: str, at: datetime) -> Person | None:
    query = select(Person.id, Person.email).where(Person.created_at < at)
    found = next((one for one, email in session.execute(query) if digest_of(session, email) == digest), None)
    return session.get(Person, found) if found else None

"""SQLite's file is written anew after somebody was erased, once, and never without need."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import text

from peer_visits.accounts.models import Person
from peer_visits.privacy.models import ErasedPerson
from peer_visits.privacy.sweeps import leave_nothing_in_the_file
from peer_visits.storage.rewriting import rewrite_file
from peer_visits.storage.transaction import db, reading, writing
from tests.support.factories import make_person

LATER = timedelta(minutes=1)


def erase_somebody(at: datetime, digest: str = "one") -> None:
    with writing() as session:
        session.add(ErasedPerson(digest=digest, at=at))


def is_sqlite() -> bool:
    """PostgreSQL frees what is gone by itself."""
    return db.engine.dialect.name == "sqlite"


def free_pages() -> int:
    return int(reading().scalar(text("PRAGMA freelist_count")) or 0) if is_sqlite() else 0


def test_once_for_each_time_somebody_is_erased(app: Flask, now: datetime) -> None:
    expected = int(is_sqlite())
    assert leave_nothing_in_the_file(now) == 0, "nobody was erased"
    erase_somebody(now)
    assert [leave_nothing_in_the_file(now + LATER * turn) for turn in (1, 2, 3)] == [expected, 0, 0]
    erase_somebody(now + LATER * 4, "another")
    assert [leave_nothing_in_the_file(now + LATER * turn) for turn in (5, 6)] == [expected, 0]


def test_nothing_that_is_there_is_lost_and_no_room_is_left(app: Flask, now: datetime) -> None:
    with writing() as session:
        kept = make_person(session, "Kept Person").id
        session.execute(text("CREATE TABLE gone (words TEXT)"))
        session.execute(text("INSERT INTO gone VALUES (:words)"), [{"words": "gone " * 500}] * 200)
    with writing() as session:
        session.execute(text("DROP TABLE gone"))
    assert (free_pages() > 0) is is_sqlite()
    assert rewrite_file(since=now, now=now + LATER) is is_sqlite()
    assert free_pages() == 0
    assert reading().get_one(Person, kept).name == "Kept Person"

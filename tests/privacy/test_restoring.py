"""A backup brings nobody back: the list beside the database holds digests, and is replayed by itself."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select

from peer_visits.accounts.models import Person
from peer_visits.privacy.erasing import erase_person
from peer_visits.privacy.models import ErasedPerson
from peer_visits.privacy.restoring import list_path, read_list, write_list
from peer_visits.privacy.sweeps import keep_erased_erased
from peer_visits.storage.transaction import reading, writing
from tests.support.factories import NOW, make_application, make_call, make_person, make_visit

EMAIL = "gone@example.org"


@pytest.fixture
def path(app: Flask) -> Path:
    found = list_path()
    found.unlink(missing_ok=True)
    return found


def add(name: str, **values: object) -> None:
    with writing() as session:
        person = make_person(session, name, email=EMAIL, **values)
        call = make_call(session)
        make_application(session, call, [make_visit(session, call)], person, brings=f"{name} brings")


def erase() -> None:
    with writing() as session:
        person = session.scalars(select(Person).where(Person.email == EMAIL)).one()
        erase_person(session, person=person, now=NOW, by=person)


def put_older_backup_back() -> None:
    """As a restore does: the account is there again, and the database knows of no erasure."""
    with writing() as session:
        session.execute(delete(ErasedPerson))
    add("Gerda Gone")


def names() -> list[str]:
    reading().rollback()
    return sorted(reading().scalars(select(Person.name)))


def test_the_list_tells_nobody(path: Path) -> None:
    add("Gerda Gone")
    erase()
    assert write_list(path) == 1
    assert write_list(path) == 0
    content = path.read_text("utf-8").lower()
    assert "gone" not in content
    assert len(read_list(path)) == 1


def test_whoever_a_backup_brought_back_is_erased_again(path: Path) -> None:
    add("Gerda Gone")
    erase()
    keep_erased_erased(NOW)
    put_older_backup_back()
    assert "Gerda Gone" in names()
    assert keep_erased_erased(NOW + timedelta(days=1)) == 1
    assert "Gerda Gone" not in names()
    assert keep_erased_erased(NOW + timedelta(days=1)) == 0


def test_whoever_came_back_by_themselves_stays(path: Path) -> None:
    """A younger account under the same address is a new decision."""
    add("Gerda Gone")
    erase()
    keep_erased_erased(NOW)
    with writing() as session:
        session.execute(delete(ErasedPerson))
    add("Gerda Again", created_at=NOW + timedelta(hours=1))
    assert keep_erased_erased(NOW + timedelta(days=1)) == 0
    assert "Gerda Again" in names()


def test_the_list_written_new_after_it_was_lost(path: Path) -> None:
    add("Gerda Gone")
    erase()
    write_list(path)
    path.unlink()
    keep_erased_erased(NOW)
    assert len(read_list(path)) == 1


def test_a_line_cut_short_spoils_nothing(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("abc 2026-0", "utf-8")
    add("Gerda Gone")
    erase()
    write_list(path)
    assert len(read_list(path)) == 1

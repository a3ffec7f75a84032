"""The one transaction: what commits, what is undone, and who may not write."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from peer_visits.accounts.models import Person
from peer_visits.kernel.errors import Stale
from peer_visits.storage.transaction import db, reading, rehearsing, writing
from tests.support.factories import make_person


def people() -> int:
    db.session.rollback()
    return reading().scalar(select(func.count()).select_from(Person)) or 0


def test_a_block_that_ends_well_is_kept(app: Flask) -> None:
    with writing() as session:
        make_person(session)
    assert people() == 1


def test_a_block_that_fails_leaves_nothing(app: Flask) -> None:
    with pytest.raises(RuntimeError), writing() as session:
        make_person(session)
        raise RuntimeError
    assert people() == 0


def test_a_broken_constraint_means_somebody_was_first(app: Flask) -> None:
    with pytest.raises(Stale), writing() as session:
        make_person(session, email="same@example.org")
        make_person(session, email="same@example.org")
    assert people() == 0


def test_a_rehearsal_is_undone(app: Flask) -> None:
    with rehearsing() as session:
        make_person(session)
    assert people() == 0


def test_reading_cannot_write(app: Flask) -> None:
    reading().rollback()
    with pytest.raises(DBAPIError):
        make_person(reading())
    db.session.rollback()
    assert people() == 0

"""Everybody presses the button at once, and twice: each answer is counted once, and none is lost."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from peer_visits.followup.survey import services
from peer_visits.followup.survey.invariants import find_broken
from peer_visits.followup.survey.models import Survey, SurveySide, SurveyTicket
from peer_visits.followup.survey.rules import Side
from peer_visits.kernel.errors import Refused
from peer_visits.storage.steps import update_if
from peer_visits.storage.transaction import db, reading, writing
from tests.followup.survey.answers import answer, make_survey, tickets
from tests.support import apps

GUESTS = 12


@pytest.fixture
def asked(own_database: str, tmp_path: Path) -> Iterator[tuple[Flask, uuid.UUID, list[object]]]:
    app = apps.make_app(apps.test_settings(tmp_path, own_database))
    with app.app_context():
        with writing() as session:
            _ended, survey = make_survey(session, GUESTS, [])
            survey_id, ids = survey.id, tickets(session, survey, Side.GUEST)
        yield app, survey_id, ids
        db.session.remove()
        db.engine.dispose()


def press(app: Flask, ticket_id: object) -> bool:
    """One press of the button, in a thread and a transaction of its own."""
    with app.app_context():
        try:
            with writing() as session:
                answer(session, ticket_id, 4, "Words.")
        except Refused:
            return False
        finally:
            db.session.remove()
        return True


def press_twice_each(app: Flask, ids: list[object]) -> int:
    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(lambda one: press(app, one), [*ids, *ids]))


def answered(survey_id: uuid.UUID) -> int:
    reading().rollback()
    assert find_broken(reading()) == []
    assert reading().get_one(Survey, survey_id).closed_at is None
    return reading().get_one(SurveySide, (survey_id, Side.GUEST)).answered


def test_each_is_counted_once(asked: tuple[Flask, uuid.UUID, list[object]]) -> None:
    app, survey_id, ids = asked
    assert press_twice_each(app, ids) == GUESTS
    assert answered(survey_id) == GUESTS


def test_without_the_mark_some_would_be_counted_twice(
    asked: tuple[Flask, uuid.UUID, list[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with the conditional step off, the same presses are not told apart."""

    def careless(session: Session, model: Any, *expected: Any, **values: Any) -> int:
        return 1 if model is SurveyTicket else update_if(session, model, *expected, **values)

    monkeypatch.setattr(services, "update_if", careless)
    app, survey_id, ids = asked
    few = ids[: GUESTS // 2]
    assert press_twice_each(app, few) == GUESTS  # as many answers as guests, by half of them
    assert answered(survey_id) == GUESTS

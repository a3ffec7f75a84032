"""Answers are forgotten when their question promised so: everywhere, and not a day before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from peer_visits.applications.models import Application, Attachment, SentVersion
from peer_visits.applications.searching import has_words
from peer_visits.applications.sweeps import forget_old_answers
from peer_visits.calls.models import Call
from peer_visits.cli.check import find_broken
from peer_visits.files.models import StoredFile
from peer_visits.questions.kinds import Kind
from peer_visits.questions.queries import list_questions
from peer_visits.questions.rules import kept_until
from peer_visits.storage.transaction import reading, writing
from tests.privacy.tracing import in_database
from tests.support.factories import make_application, make_call, make_question, make_visit
from tests.support.world import make_attachment


def test_answers_files_versions_and_words_are_gone_and_the_rest_stays(app: Flask, now: datetime) -> None:
    with writing() as session:
        call = make_call(session, closes_at=now)
        letter = make_question(session, call, Kind.FILE, required=False, keep_months=1)
        brings, wants = list_questions(session, call.id)[:2]
        brings.definition = {**brings.definition, "keep_months": 1}
        application = make_application(
            session, call, [make_visit(session, call)], brings="secret harbour", wants="kept"
        )
        make_attachment(session, application, letter)
        brings_id, wants_id = str(brings.id), str(wants.id)
    due = kept_until(now, 1)
    assert forget_old_answers(due - timedelta(seconds=1)) == 0
    assert forget_old_answers(due) == 1
    assert forget_old_answers(due) == 0, "once"
    reading().rollback()
    found = reading().scalars(select(Application)).one()
    version = reading().scalars(select(SentVersion)).one()
    for answers in (found.answers, version.content["answers"]):
        assert brings_id not in answers
        assert wants_id in answers
    assert reading().scalars(select(Attachment)).all() == []
    assert reading().scalars(select(StoredFile)).all() == []
    assert in_database(reading(), ("secret harbour", "harbour")) == [], "in no index either"
    for words, number in (("harbour", 0), ("kept", 1)):
        condition = has_words(reading(), words)
        assert len(reading().scalars(select(Application).where(condition)).all()) == number
    assert find_broken(reading()) == []
    assert reading().scalars(select(Call)).unique().one() is not None


@pytest.mark.parametrize(
    ("closes", "months", "until"),
    [
        (datetime(2026, 1, 31, 12, tzinfo=UTC), 1, datetime(2026, 2, 28, 12, tzinfo=UTC)),
        (datetime(2026, 11, 30, tzinfo=UTC), 24, datetime(2028, 11, 30, tzinfo=UTC)),
        (datetime(2026, 12, 15, tzinfo=UTC), 1, datetime(2027, 1, 15, tzinfo=UTC)),
    ],
)
def test_months_are_those_of_the_calendar(closes: datetime, months: int, until: datetime) -> None:
    assert kept_until(closes, months) == until

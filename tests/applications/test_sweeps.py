"""Holders of drafts are reminded 72 and 24 hours before the deadline, and nobody for nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from peer_visits.applications.models import Application
from peer_visits.applications.sweeps import remind_of_drafts
from peer_visits.calls.models import Call
from peer_visits.outbox.models import Message
from peer_visits.storage.transaction import reading, writing
from tests.support.factories import make_application, make_call, make_person, make_visit

HOUR = timedelta(hours=1)


@pytest.fixture
def closes(app: Flask, now: datetime) -> datetime:
    """When a call closes that has one draft and one sent application."""
    closes_at = now + 100 * HOUR
    with writing() as session:
        call = make_call(session, closes_at=closes_at)
        visit = make_visit(session, call)
        make_application(session, call, [visit], make_person(session, "Dora Draft"), submitted=False)
        make_application(session, call, [visit], make_person(session, "Sven Sent"))
    return closes_at


def reminded() -> list[str]:
    reading().rollback()
    messages = reading().scalars(select(Message).order_by(Message.created_at))
    names = {"application.reminder": "first", "application.reminder_last": "last"}
    return [f"{one.to_name} {names[(one.data or {})['words']]}" for one in messages]


def test_each_reminder_goes_once_to_drafts_only(closes: datetime) -> None:
    for hours_left in (73, 72, 71, 30, 24, 23, 1):
        remind_of_drafts(closes - hours_left * HOUR)
    assert reminded() == ["Dora Draft first", "Dora Draft last"]
    assert remind_of_drafts(closes) == 0


def test_a_worker_that_slept_sends_the_later_one_only(closes: datetime) -> None:
    remind_of_drafts(closes - 5 * HOUR)
    assert reminded() == ["Dora Draft last"]


def test_a_worker_that_slept_too_long_sends_nothing(closes: datetime) -> None:
    assert remind_of_drafts(closes - 1 * HOUR) == 0


def test_an_extension_brings_reminders_of_its_own(closes: datetime) -> None:
    remind_of_drafts(closes - 24 * HOUR)
    with writing() as session:
        call = session.scalars(select(Call)).unique().one()
        call.closes_at = closes + 48 * HOUR
    remind_of_drafts(closes - 24 * HOUR)
    assert reminded() == ["Dora Draft last", "Dora Draft first"]


def test_a_draft_begun_late_is_left_in_peace(closes: datetime) -> None:
    with writing() as session:
        for draft in session.scalars(select(Application).where(Application.submitted_at.is_(None))):
            draft.created_at = closes - 30 * HOUR
    remind_of_drafts(closes - 25 * HOUR)
    assert reminded() == []
    remind_of_drafts(closes - 24 * HOUR)
    assert reminded() == ["Dora Draft last"]

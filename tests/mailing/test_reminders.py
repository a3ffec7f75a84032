"""Reminders before and after visits and reports, and what a call decides about its reminders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from peer_visits.accounts.models import Person
from peer_visits.followup.thanking.reminders import thank_after_visits
from peer_visits.kernel.zones import to_utc
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.reminders import remind_of_reports
from peer_visits.library.states import DocumentState
from peer_visits.mailing.reminding import ALL
from peer_visits.outbox.models import Message, ReminderSetting
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.places.sweeps import remind_before_visits
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.models import Visit
from tests.outbox.wording.samples import WORDINGS
from tests.support.library_factories import make_author, make_document
from tests.support.places_factories import apply_in_order, make_closed_call, make_place

ClientOf = Callable[[Person], FlaskClient]
FIRST_DAY, LAST_DAY = date(2026, 9, 14), date(2026, 9, 16)
DUE = date(2026, 10, 1)
HOUR = timedelta(hours=1)


def morning(day: date) -> datetime:
    return to_utc(datetime(day.year, day.month, day.day, 9), "Europe/Amsterdam")


@dataclass
class Story:
    """A visit with one who comes, one who was only offered a place, and one who gave it up; its report is owed."""

    organiser: Person
    call: str


@pytest.fixture
def story(app: Flask, now: datetime) -> Story:
    with writing() as session:
        made = make_closed_call(session, 5)
        visit = made.visits[0]
        visit.zone = "Europe/Amsterdam"
        visit.held_starts_on, visit.held_ends_on = FIRST_DAY, LAST_DAY
        people = apply_in_order(session, made.call, ann=[visit], ben=[visit], cat=[visit])
        states = (PlaceState.ACCEPTED, PlaceState.OFFERED, PlaceState.WITHDRAWN)
        for seat, (name, state) in enumerate(zip(people, states, strict=True), start=1):
            make_place(session, visit, people[name], state, seat=seat)
        make_author(session, visit)
        document = make_document(session, visit, state=DocumentState.OWED)
        document.due_on = DUE
        return Story(made.organiser, made.call.slug)


def told() -> list[str]:
    reading().rollback()
    messages = reading().scalars(select(Message).order_by(Message.created_at, Message.to_name))
    return [f"{one.to_name} {(one.data or {})['words']}" for one in messages]


def test_who_comes_is_reminded_before_and_thanked_after_once(story: Story) -> None:
    for hours in (-73, -72, -71, -30, -20, 0):
        remind_before_visits(morning(FIRST_DAY) + hours * HOUR)
    for hours in (0, 23, 24, 25, 119, 130):
        thank_after_visits(morning(LAST_DAY) + hours * HOUR)
    assert told() == ["Ann visit.reminder", "Ann visit.ended"]


def test_what_was_missed_by_more_than_its_limit_is_not_sent(story: Story) -> None:
    assert remind_before_visits(morning(FIRST_DAY) - 23 * HOUR) == 0
    assert thank_after_visits(morning(LAST_DAY) + 121 * HOUR) == 0


def test_a_visit_that_is_moved_brings_a_reminder_of_its_own(story: Story) -> None:
    assert remind_before_visits(morning(FIRST_DAY) - 72 * HOUR) == 1
    with writing() as session:
        visit = session.scalars(select(Visit)).unique().one()
        visit.held_starts_on = FIRST_DAY + timedelta(days=1)
    assert remind_before_visits(morning(FIRST_DAY) - 60 * HOUR) == 0
    assert remind_before_visits(morning(FIRST_DAY) - 48 * HOUR) == 1


def test_whoever_got_the_place_a_moment_ago_is_not_reminded(story: Story) -> None:
    with writing() as session:
        place = session.scalars(select(Place).where(Place.state == PlaceState.ACCEPTED)).one()
        place.settled_at = morning(FIRST_DAY) - 80 * HOUR
    assert remind_before_visits(morning(FIRST_DAY) - 72 * HOUR) == 0


def test_authors_are_reminded_before_and_once_after_the_day(story: Story) -> None:
    for hours in (-169, -168, -100, -90, 23, 24, 48, 150):
        remind_of_reports(morning(DUE) + hours * HOUR)
    assert told() == ["Anton Author document.reminder", "Anton Author document.overdue"]


@pytest.mark.parametrize("state", [DocumentState.IN_REVIEW, DocumentState.PUBLISHED])
def test_a_report_that_is_in_needs_no_reminder(story: Story, state: DocumentState, now: datetime) -> None:
    with writing() as session:
        visit = session.scalars(select(Visit)).unique().one()
        owed = session.scalars(select(AnalyticalDocument)).one()
        session.delete(owed)
        session.flush()
        make_document(session, visit, state=state).due_on = DUE
    assert remind_of_reports(morning(DUE) + 24 * HOUR) == 0


def page_data(**changes: object) -> dict[str, object]:
    data: dict[str, object] = {}
    for one in (one for reminding in ALL for one in reminding.reminders):
        key = one.name.replace(".", "_")
        data |= {f"on_{key}": "y", f"hours_{key}": abs(one.hours), f"late_{key}": one.late_hours}
    return {name: value for name, value in {**data, **changes}.items() if value is not None}


def test_a_call_moves_a_reminder_and_leaves_another_out(story: Story, client_of: ClientOf) -> None:
    client = client_of(story.organiser)
    url = f"/organise/calls/{story.call}/reminders"
    data = page_data(hours_visit_reminder=240, late_visit_reminder=12, on_visit_ended=None)
    assert "The reminders are saved." in client.post(url, data=data, follow_redirects=True).text
    reading().rollback()
    kept = reading().scalars(select(ReminderSetting).order_by(ReminderSetting.name)).all()
    assert [(one.name, one.hours, one.is_on) for one in kept] == [
        ("visit.ended", 24, False),
        ("visit.reminder", -240, True),
    ]
    assert remind_before_visits(morning(FIRST_DAY) - 72 * HOUR) == 0
    assert remind_before_visits(morning(FIRST_DAY) - 239 * HOUR) == 1
    assert thank_after_visits(morning(LAST_DAY) + 25 * HOUR) == 0
    client.post(url, data=page_data())
    reading().rollback()
    assert reading().scalars(select(ReminderSetting)).all() == []


@pytest.mark.parametrize("hours", ["0", "-5", "3000", "soon", ""])
def test_a_number_that_is_none_is_said_beside_its_field(
    story: Story, client_of: ClientOf, hours: str
) -> None:
    url = f"/organise/calls/{story.call}/reminders"
    answer = client_of(story.organiser).post(url, data=page_data(hours_offer_reminder=hours))
    assert answer.status_code == 422
    assert 'id="hours_offer_reminder-error"' in answer.text


def test_every_reminder_has_a_text_of_its_own() -> None:
    names = [one.name for reminding in ALL for one in reminding.reminders]
    assert len(names) == len(set(names))
    assert set(names) <= set(WORDINGS)

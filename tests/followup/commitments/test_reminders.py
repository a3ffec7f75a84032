"""People are asked when they come home, and after three and six months, and not when there is nothing to ask."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from peer_visits.agenda.models import AgendaSession, Attendance
from peer_visits.agenda.states import NotedBy, SessionKind
from peer_visits.calls.models import Call
from peer_visits.calls.states import CallState
from peer_visits.followup.commitments.states import CommitmentState, DropReason
from peer_visits.outbox.models import Message
from peer_visits.outbox.reasons import tend
from peer_visits.outbox.states import MessageState
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.models import Visit
from tests.followup.commitments.stage import (
    AFTER_3,
    AFTER_6,
    HOME,
    LAST_DAY,
    Stage,
    answer,
    morning,
    told,
    write,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DONE, DROPPED, UNDER_WAY = CommitmentState.DONE, CommitmentState.DROPPED, CommitmentState.UNDER_WAY


def every_day(first: datetime, days: int) -> list[datetime]:
    return [first + number * DAY for number in range(days)]


def test_who_came_home_is_asked_the_day_after_and_once_more(stage: Stage) -> None:
    home = morning(LAST_DAY)
    assert told(home + 25 * HOUR) == []
    assert told(home + 26 * HOUR, home + 27 * HOUR) == [
        "Ann commitment.wanted",
        "Ben commitment.wanted",
        "Gus commitment.wanted",
    ]
    write(stage, "ann", "Ask two associations")
    assert told(*every_day(home + 28 * HOUR, 60))[3:] == [
        "Ben commitment.wanted_again",
        "Gus commitment.wanted_again",
    ]


def test_the_clock_moves_by_three_and_six_months(stage: Stage) -> None:
    write(stage, "ann", "Ask two associations", "Count visitors", "Write an agreement")
    start = morning(LAST_DAY) + 30 * DAY
    assert told(*every_day(start, 58)) == [], "not before three months"
    assert told(AFTER_3 - 2 * HOUR) == []
    assert told(AFTER_3, AFTER_3 + HOUR) == ["Ann commitment.asked"]
    answer(stage, "ann", DONE, at=AFTER_3, number=1)
    assert told(*every_day(AFTER_3, 20))[1:] == ["Ann commitment.asked_again"]
    answer(stage, "ann", UNDER_WAY, at=AFTER_3, number=2)
    answer(stage, "ann", DROPPED, at=AFTER_3, number=3, reason=DropReason.MONEY)
    assert told(*every_day(AFTER_3 + 20 * DAY, 60))[2:] == []
    assert told(AFTER_6)[2:] == ["Ann commitment.asked_last"]
    [last] = reading().scalars(select(Message).where(Message.kind == "commitment.asked_last"))
    assert "Count visitors" in last.text
    assert "Ask two associations" not in last.text, "what is done or dropped is not asked again"
    assert "Write an agreement" not in last.text
    answer(stage, "ann", UNDER_WAY, at=AFTER_6, number=2)
    assert told(*every_day(AFTER_6, 200))[3:] == [], "and then no more"


def test_what_is_settled_early_is_never_asked(stage: Stage) -> None:
    write(stage, "ann", "Ask two associations")
    answer(stage, "ann", DONE, at=HOME + DAY)
    assert told(*every_day(AFTER_3, 20), *every_day(AFTER_6, 20)) == []


def test_an_answer_of_the_first_weeks_does_not_stand_for_three_months(stage: Stage) -> None:
    write(stage, "ann", "Ask two associations")
    answer(stage, "ann", UNDER_WAY, at=HOME + DAY)
    assert told(AFTER_3) == ["Ann commitment.asked"]


def test_what_was_written_a_few_days_ago_is_not_asked_about(stage: Stage) -> None:
    write(stage, "ann", "Ask two associations", at=AFTER_3 - 3 * DAY)
    assert told(*every_day(AFTER_3, 9)) == []
    write(stage, "ben", "Count visitors", at=AFTER_3 - 15 * DAY)
    assert told(AFTER_3) == ["Ben commitment.asked"]


def test_an_archived_call_is_followed_all_the_same(stage: Stage) -> None:
    write(stage, "ann", "Ask two associations")
    with writing() as session:
        session.scalars(select(Call)).unique().one().state = CallState.ARCHIVED
    assert told(AFTER_6) == ["Ann commitment.asked_last"]


def test_days_that_a_month_does_not_have(stage: Stage) -> None:
    write(stage, "ann", "Ask two associations")
    with writing() as session:
        session.scalars(select(Visit)).unique().one().held_ends_on = date(2026, 11, 30)
    asked = morning(date(2027, 2, 28)) + DAY
    assert told(asked - HOUR) == []
    assert told(asked) == ["Ann commitment.asked"]


@pytest.mark.parametrize("there", [True, False])
def test_who_stayed_away_takes_nothing_home(stage: Stage, there: bool) -> None:
    with writing() as session:
        item = AgendaSession(
            visit_id=stage.visit_id,
            kind=SessionKind.WELCOME,
            title="Welcome",
            minutes=60,
            starts_wall="2026-09-14T10:00:00",
            starts_at=HOME - 3 * DAY,
            ends_at=HOME - 3 * DAY + HOUR,
        )
        session.add(item)
        session.flush()
        session.add(
            Attendance(
                session_id=item.id,
                person_id=stage.people["ann"],
                was_there=there,
                how=NotedBy.LIST,
                noted_at=HOME,
                noted_by=stage.people["olga"],
            )
        )
    asked = told(morning(LAST_DAY) + 26 * HOUR)
    assert ("Ann commitment.wanted" in asked) == there
    assert "Ben commitment.wanted" in asked


def look_after(now: datetime) -> None:
    """What the worker does with each mail before it leaves."""
    with writing() as session:
        for message in session.scalars(select(Message)).all():
            tend(session, message, now)


def withdrawn() -> list[tuple[str, str]]:
    reading().rollback()
    query = select(Message).where(Message.state == MessageState.WITHDRAWN).order_by(Message.kind)
    return [(one.kind, one.why) for one in reading().scalars(query)]


def test_a_mail_that_waits_is_withdrawn_when_it_is_no_longer_true(stage: Stage) -> None:
    told(morning(LAST_DAY) + 26 * HOUR)
    write(stage, "ann", "Ask two associations")
    with writing() as session:
        place = session.get_one(Place, stage.places["ben"])
        place.state, place.seat = PlaceState.CANCELLED, None
    look_after(HOME + 3 * DAY)
    assert [kind for kind, _why in withdrawn()] == ["commitment.wanted"] * 2
    told(AFTER_3)
    answer(stage, "ann", DONE, at=AFTER_3)
    look_after(AFTER_3)
    assert ("commitment.asked", "Nothing of what this person wrote waits for an answer.") in withdrawn()


def test_a_mail_that_waits_tells_what_is_written_now(stage: Stage) -> None:
    write(stage, "ann", "Ask two associations", "Count visitors")
    told(AFTER_3)
    write(stage, "ann", "Ask twenty associations", "Count visitors", at=AFTER_3)
    answer(stage, "ann", DONE, at=AFTER_3, number=2)
    look_after(AFTER_3)
    reading().rollback()
    [message] = reading().scalars(select(Message))
    assert message.state is MessageState.QUEUED
    assert "Ask twenty associations" in message.text
    assert "Count visitors" not in message.text


def test_the_mail_leads_to_each_answer(stage: Stage) -> None:
    write(stage, "ann", "Ask two associations", "", "Write an agreement")
    told(AFTER_3)
    [message] = reading().scalars(select(Message))
    page = f"http://localhost/commitments/{stage.secret('ann')}"
    for number in (1, 3):
        for state in ("done", "under_way", "dropped"):
            assert f"{page}/{number}?answer={state}" in message.text
            assert f"{page}/{number}?answer={state}" in message.html

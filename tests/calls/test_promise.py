"""The promise of answers: counted in days of the call's own calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from peer_visits.calls.rules import phase, read_promise
from peer_visits.calls.states import CallPhase, CallState

CLOSES = datetime(2026, 5, 20, 21, 59, 59, tzinfo=UTC)
DAY = date(2026, 6, 1)
END = datetime(2026, 6, 1, 21, 59, 59, tzinfo=UTC)


@dataclass
class Given:
    state: CallState = CallState.PUBLISHED
    opens_at: datetime = CLOSES - timedelta(days=30)
    closes_at: datetime = CLOSES
    decided_at: datetime | None = None
    answered_at: datetime | None = None
    zone: str = "Europe/Brussels"
    answers_by: date | None = DAY


def test_nothing_promised() -> None:
    assert read_promise(Given(answers_by=None), END) is None


@pytest.mark.parametrize(("seconds", "broken"), [(-1, False), (0, False), (1, True)])
def test_it_is_broken_after_the_last_second_of_its_day(seconds: int, broken: bool) -> None:
    promise = read_promise(Given(), END + timedelta(seconds=seconds))
    assert promise is not None
    assert (promise.ends_at, promise.is_broken, promise.days_late) == (END, broken, None)


@pytest.mark.parametrize(
    ("known_at", "days"),
    [
        (datetime(2026, 5, 29, 12, tzinfo=UTC), -3),
        (END, 0),
        (END + timedelta(seconds=1), 1),
        (datetime(2026, 6, 10, 12, tzinfo=UTC), 9),
    ],
)
def test_it_is_measured_when_the_answers_are_known(known_at: datetime, days: int) -> None:
    call = Given(decided_at=known_at - timedelta(minutes=10), answered_at=known_at)
    promise = read_promise(call, known_at)
    assert promise is not None
    assert (promise.days_late, promise.is_broken) == (days, days > 0)


def test_within_the_grace_it_is_not_answered_yet() -> None:
    call = Given(decided_at=END, answered_at=END + timedelta(minutes=10))
    promise = read_promise(call, END + timedelta(minutes=5))
    assert promise is not None
    assert (promise.days_late, promise.is_broken) == (None, True)
    assert phase(call, END + timedelta(minutes=5)) is CallPhase.CLOSED
    assert phase(call, END + timedelta(minutes=10)) is CallPhase.ANSWERED

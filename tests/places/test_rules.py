"""Seats and deadlines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from peer_visits.places.rules import answer_deadline, free_seats, is_in_time, may_still_offer

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
BRUSSELS = "Europe/Brussels"


@pytest.mark.parametrize(
    ("taken", "capacity", "free"),
    [(set(), 3, [1, 2, 3]), ({1, 3}, 3, [2]), ({1, 2}, 2, []), ({1, 2, 3}, 2, []), ({5}, 2, [1, 2])],
)
def test_free_seats(taken: set[int], capacity: int, free: list[int]) -> None:
    assert free_seats(taken, capacity) == free


@pytest.mark.parametrize(
    ("now", "starts_on", "end"),
    [
        (NOW, None, datetime(2026, 5, 11, 21, 59, 59, tzinfo=UTC)),
        (NOW, date(2026, 9, 1), datetime(2026, 5, 11, 21, 59, 59, tzinfo=UTC)),
        # just before midnight UTC it is the next day in Brussels already
        (datetime(2026, 5, 4, 22, 30, tzinfo=UTC), None, datetime(2026, 5, 12, 21, 59, 59, tzinfo=UTC)),
        # across the change to winter time the end is still the end of a day
        (datetime(2026, 10, 20, 10, 0, tzinfo=UTC), None, datetime(2026, 10, 27, 22, 59, 59, tzinfo=UTC)),
        # the visit begins sooner
        (NOW, date(2026, 5, 7), datetime(2026, 5, 6, 21, 59, 59, tzinfo=UTC)),
        # the visit has begun
        (NOW, date(2026, 5, 1), datetime(2026, 5, 11, 21, 59, 59, tzinfo=UTC)),
    ],
)
def test_answer_deadline(now: datetime, starts_on: date | None, end: datetime) -> None:
    assert answer_deadline(now, zone=BRUSSELS, days=7, starts_on=starts_on) == end


@pytest.mark.parametrize(
    ("seconds", "in_time"), [(-1, True), (0, True), (0.9, True), (1, False), (60, False)]
)
def test_the_last_second_counts(seconds: float, in_time: bool) -> None:
    assert is_in_time(NOW, NOW + timedelta(seconds=seconds)) is in_time


def test_without_a_deadline_there_is_time() -> None:
    assert is_in_time(None, NOW)


@pytest.mark.parametrize(
    ("starts_on", "may"),
    [(None, True), (date(2026, 5, 5), True), (date(2026, 5, 4), False), (date(2026, 5, 3), False)],
)
def test_a_visit_that_has_begun_takes_nobody_new(starts_on: date | None, may: bool) -> None:
    assert may_still_offer(starts_on, NOW, BRUSSELS) is may

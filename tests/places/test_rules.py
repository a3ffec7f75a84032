"""Seats and deadlines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer_visits.kernel.zones import to_wall
from peer_visits.places.rules import (
    EVENING,
    MORNING,
    Clock,
    answer_deadline,
    considerate,
    free_seats,
    is_in_time,
    is_worth_waiting,
    may_be_colleagues,
    may_still_offer,
)
from peer_visits.places.weekends import weekend_of

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


@pytest.mark.parametrize(
    ("last", "stops_days", "may"),
    [(date(2026, 5, 8), 3, True), (date(2026, 5, 7), 3, False), (date(2026, 5, 5), 0, True)],
)
def test_the_list_stops_some_days_before_the_visit(last: date, stops_days: int, may: bool) -> None:
    assert may_still_offer(last, NOW, BRUSSELS, stops_days=stops_days) is may


# Deadlines by the reader's own clock and calendar

FRIDAY_EVENING = datetime(2026, 5, 8, 21, 0, tzinfo=UTC)  # 23:00 in Brussels


@pytest.mark.parametrize(
    ("end", "reader", "moved"),
    [
        # in the middle of a working day it stays
        (datetime(2026, 5, 6, 10, 0, tzinfo=UTC), Clock(BRUSSELS), datetime(2026, 5, 6, 10, 0, tzinfo=UTC)),
        # the edges of the night belong to the day
        (datetime(2026, 5, 6, 18, 0, tzinfo=UTC), Clock(BRUSSELS), datetime(2026, 5, 6, 18, 0, tzinfo=UTC)),
        (datetime(2026, 5, 6, 6, 0, tzinfo=UTC), Clock(BRUSSELS), datetime(2026, 5, 6, 6, 0, tzinfo=UTC)),
        # late on a Wednesday: noon of Thursday
        (datetime(2026, 5, 6, 21, 59, tzinfo=UTC), Clock(BRUSSELS), datetime(2026, 5, 7, 10, 0, tzinfo=UTC)),
        # before dawn: noon of the same day
        (datetime(2026, 5, 7, 2, 0, tzinfo=UTC), Clock(BRUSSELS), datetime(2026, 5, 7, 10, 0, tzinfo=UTC)),
        # late on a Friday: noon of Monday
        (FRIDAY_EVENING, Clock(BRUSSELS), datetime(2026, 5, 11, 10, 0, tzinfo=UTC)),
        # the same moment is a Saturday, and a working day's evening, elsewhere
        (FRIDAY_EVENING, Clock("Asia/Tokyo"), datetime(2026, 5, 11, 3, 0, tzinfo=UTC)),
        (FRIDAY_EVENING, Clock("America/New_York"), FRIDAY_EVENING),
        # where Friday and Saturday are free, Sunday is the next day of work
        (
            datetime(2026, 5, 7, 20, 0, tzinfo=UTC),
            Clock("Asia/Jerusalem", weekend_of("IL")),
            datetime(2026, 5, 10, 9, 0, tzinfo=UTC),
        ),
        # over the change to winter time noon is noon: one hour later in UTC
        (
            datetime(2026, 10, 23, 21, 59, 59, tzinfo=UTC),
            Clock(BRUSSELS),
            datetime(2026, 10, 26, 11, 0, tzinfo=UTC),
        ),
        # and over the change to summer time one hour earlier
        (
            datetime(2026, 3, 27, 22, 59, 59, tzinfo=UTC),
            Clock(BRUSSELS),
            datetime(2026, 3, 30, 10, 0, tzinfo=UTC),
        ),
        # Samoa had no 30 December 2011
        (
            datetime(2011, 12, 30, 8, 0, tzinfo=UTC),  # the 29th, 22:00
            Clock("Pacific/Apia", frozenset()),
            datetime(2011, 12, 30, 22, 0, tzinfo=UTC),  # the 31st, noon
        ),
    ],
)
def test_a_deadline_waits_for_the_readers_working_day(end: datetime, reader: Clock, moved: datetime) -> None:
    assert considerate(end, reader) == moved


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(
        ["Europe/Brussels", "Europe/Dublin", "America/St_Johns", "Asia/Kathmandu", "Africa/Cairo"]
    ),
    st.sampled_from(["BE", "IL", "IR", "NP", None, "XX"]),
)
def test_no_deadline_is_moved_earlier_or_into_a_night(end: datetime, zone: str, country: str | None) -> None:
    reader = Clock(zone, weekend_of(country))
    moved = considerate(end, reader)
    wall = to_wall(moved, zone)
    assert end <= moved <= end + timedelta(days=5)
    assert wall.weekday() not in reader.weekend
    assert MORNING <= wall.time() <= EVENING
    assert considerate(moved, reader) == moved


@pytest.mark.parametrize(
    ("country", "days"),
    [("FI", {5, 6}), ("IL", {4, 5}), ("IR", {4}), (None, {5, 6}), ("XX", {5, 6}), ("\x00", {5, 6})],
)
def test_weekends(country: str | None, days: set[int]) -> None:
    assert weekend_of(country) == days


def test_a_moved_deadline_still_ends_before_the_visit() -> None:
    friday = datetime(2026, 5, 1, 10, 0, tzinfo=UTC)
    end = answer_deadline(friday, zone=BRUSSELS, days=7, starts_on=date(2026, 5, 10), reader=Clock(BRUSSELS))
    assert end == datetime(2026, 5, 9, 21, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rank", "held", "limit", "chain", "worth"),
    [
        (1, [], 1, False, True),
        (1, [2], 1, False, False),
        (1, [2], 1, True, True),
        (2, [1], 1, True, False),
        (2, [1], 2, False, True),
        (2, [1, 3], 2, True, True),
    ],
)
def test_who_waits_with_a_hope(rank: int, held: list[int], limit: int, chain: bool, worth: bool) -> None:
    assert is_worth_waiting(rank, held, limit=limit, upgrade_chain=chain) is worth


@pytest.mark.parametrize(
    ("own", "other", "together"),
    [
        ("ann@city.example", "ben@city.example", True),
        ("ann@city.example", "ben@schools.city.example", True),
        ("ann@schools.city.example", "ben@city.example", True),
        ("ann@city.example", "ben@othercity.example", False),
        ("ann@city.example", "ben@gmail.com", False),
        ("ann@gmail.com", "ben@city.example", True),
    ],
)
def test_who_may_be_a_colleague(own: str, other: str, *, together: bool) -> None:
    assert may_be_colleagues(own, other) is together

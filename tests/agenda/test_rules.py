"""Times and lengths of an agenda, and which clock is shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from peer_visits.agenda.rules import (
    is_over,
    length_problem,
    own_zone,
    wall_time_problem,
)

ZONE = "Europe/Amsterdam"
NINE = datetime(2026, 9, 14, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wall", "word"),
    [
        (datetime(2026, 3, 29, 1, 59), ""),
        (datetime(2026, 3, 29, 2, 0), "skips"),
        (datetime(2026, 3, 29, 2, 59), "skips"),
        (datetime(2026, 3, 29, 3, 0), ""),
        (datetime(2026, 10, 25, 1, 59), ""),
        (datetime(2026, 10, 25, 2, 0), "twice"),
        (datetime(2026, 10, 25, 2, 59), "twice"),
        (datetime(2026, 10, 25, 3, 0), ""),
        (datetime(1, 1, 1, 0, 0), "year"),
        (datetime(9999, 12, 31, 23, 59), "year"),
    ],
)
def test_a_time_the_clock_shows_never_or_twice_is_not_promised(wall: datetime, word: str) -> None:
    problem = wall_time_problem(wall, ZONE)
    assert word in str(problem) if word else problem is None


@pytest.mark.parametrize(
    ("minutes", "is_fine"), [(0, False), (-1, False), (1, True), (1440, True), (1441, False)]
)
def test_a_session_takes_a_minute_to_a_day(minutes: int, is_fine: bool) -> None:
    assert (length_problem(minutes) is None) == is_fine


def test_a_time_that_comes_twice_is_refused_with_both() -> None:
    said_of_it = str(wall_time_problem(datetime(2026, 10, 25, 2, 30), ZONE))
    assert "02:30 twice" in said_of_it
    assert "at 00:30 and at 01:30 UTC" in said_of_it


@pytest.mark.parametrize(
    ("zone", "reader", "shown"),
    [
        (ZONE, ZONE, ""),
        (ZONE, "Europe/Brussels", ""),
        (ZONE, "", ""),
        (ZONE, "Europe/Helsinki", "Europe/Helsinki"),
        ("Europe/London", "UTC", "UTC"),
    ],
)
def test_the_own_clock_is_shown_where_it_differs(zone: str, reader: str, shown: str) -> None:
    assert own_zone([datetime(2026, 1, 14, 9, 0, tzinfo=UTC), NINE], zone, reader) == shown


def test_an_agenda_is_over_with_its_last_session() -> None:
    ends = [NINE, NINE + timedelta(hours=1)]
    assert not is_over(ends, NINE)
    assert is_over(ends, ends[1])
    assert is_over([], NINE)

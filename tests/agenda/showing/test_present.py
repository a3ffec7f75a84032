"""What is now and next, over plain values."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from peer_visits.agenda.releases import Item
from peer_visits.agenda.showing.present import by_day, present_at

NINE = datetime(2026, 9, 14, 7, 0, tzinfo=UTC)


def item(name: str, start: int, length: int) -> Item:
    starts_at = NINE + timedelta(minutes=start)
    return {"id": name, "starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=length)}


DAY = [item("a", 0, 60), item("b", 30, 60), item("c", 120, 30), item("d", 120, 60), item("e", 1440, 60)]


def names(items: object) -> str:
    return "".join(one["id"] for one in items)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("minute", "now", "next_", "later"),
    [
        (-1, "", "a", "bcde"),
        (0, "a", "b", "cde"),
        (45, "ab", "cd", "e"),
        (60, "b", "cd", "e"),
        (90, "", "cd", "e"),
        (149, "cd", "e", ""),
        (150, "d", "e", ""),
        (1440, "e", "", ""),
        (1500, "", "", ""),
    ],
)
def test_what_is_now_next_and_later(minute: int, now: str, next_: str, later: str) -> None:
    present = present_at(DAY, NINE + timedelta(minutes=minute))
    assert (names(present.now), names(present.next), names(present.later)) == (now, next_, later)
    assert present.is_over is (minute == 1500)


def test_an_empty_day_is_over() -> None:
    assert present_at([], NINE).is_over


def test_days_are_those_of_the_zone() -> None:
    late = [item("x", 14 * 60 + 30, 10), item("y", 15 * 60, 10)]  # 23:30 and midnight in Amsterdam
    assert [(day, names(those)) for day, those in by_day(late, "Europe/Amsterdam")] == [
        (date(2026, 9, 14), "x"),
        (date(2026, 9, 15), "y"),
    ]
    assert [names(those) for _day, those in by_day(late, "America/New_York")] == ["xy"]


def test_an_hour_that_the_clock_shows_twice_is_two_sessions_one_after_the_other() -> None:
    first, second = (
        {"id": name, "starts_at": at, "ends_at": at + timedelta(minutes=60)}
        for name, at in (
            ("f", datetime(2026, 10, 25, 0, 0, tzinfo=UTC)),
            ("s", datetime(2026, 10, 25, 1, 0, tzinfo=UTC)),
        )
    )
    assert names(present_at([first, second], datetime(2026, 10, 25, 0, 30, tzinfo=UTC)).now) == "f"
    assert names(present_at([first, second], datetime(2026, 10, 25, 1, 30, tzinfo=UTC)).now) == "s"

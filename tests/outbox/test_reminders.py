"""When a reminder is due, and that what comes too late is not sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from peer_visits.kernel.text import phrase
from peer_visits.outbox.reminders import Reminder, Setting, due_reminder, span_of, with_settings

ANCHOR = datetime(2026, 5, 11, 10, tzinfo=UTC)
FIRST = Reminder("first", phrase("First"), hours=-72, late_hours=36)
LAST = Reminder("last", phrase("Last"), hours=-24, late_hours=48)
AFTER = Reminder("after", phrase("After"), hours=24, late_hours=96)


def due(hours_before: float, *reminders: Reminder, known_before: float | None = None) -> str | None:
    known_at = None if known_before is None else ANCHOR - timedelta(hours=known_before)
    found = due_reminder(reminders, ANCHOR, known_at, ANCHOR - timedelta(hours=hours_before))
    return found.name if found else None


@pytest.mark.parametrize(
    ("hours_before", "name"),
    [
        (72.1, None),
        (72, "first"),
        (36.1, "first"),
        (36, None),  # missed by more than its limit
        (24, "last"),
        (0.1, "last"),
        (0, None),  # what comes before never comes after
        (-1, None),
    ],
)
def test_before_a_moment(hours_before: float, name: str | None) -> None:
    assert due(hours_before, FIRST, LAST) == name


@pytest.mark.parametrize(
    ("hours_before", "name"), [(-23, None), (-24, "after"), (-119, "after"), (-120, None)]
)
def test_after_a_moment(hours_before: float, name: str | None) -> None:
    assert due(hours_before, AFTER) == name


@pytest.mark.parametrize(
    ("known_before", "hours_before", "name"),
    [(80, 60, "first"), (70, 60, None), (70, 24, "last"), (20, 10, None)],
)
def test_nobody_is_reminded_of_what_they_learnt_after_its_moment(
    known_before: float, hours_before: float, name: str | None
) -> None:
    assert due(hours_before, FIRST, LAST, known_before=known_before) == name


def test_a_later_one_wins_even_if_it_is_too_late() -> None:
    short = Reminder("last", phrase("Last"), hours=-48, late_hours=1)
    long = Reminder("first", phrase("First"), hours=-72, late_hours=72)
    assert due(40, long, short) is None


def test_a_call_moves_a_reminder_or_leaves_it_out() -> None:
    settings = [Setting("first", -10, 5, is_on=True), Setting("last", -24, 48, is_on=False)]
    moved = with_settings((FIRST, LAST), settings)
    assert due(9, *moved) == "first"
    assert due(4, *moved) is None
    assert due(60, *moved) is None


def test_the_span_holds_every_anchor_that_may_matter() -> None:
    span = span_of((FIRST, AFTER), ANCHOR)
    assert span.last == ANCHOR + timedelta(hours=72)
    assert span.first == ANCHOR - timedelta(hours=24 + 96)

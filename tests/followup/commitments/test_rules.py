"""When people write and are asked, as plain calculations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer_visits.followup.commitments.rules import (
    add_months,
    is_open,
    may_write,
    months_passed,
    state_at,
)
from peer_visits.followup.commitments.states import SETTLED, CommitmentState

PROMISED, UNDER_WAY, DONE, DROPPED = CommitmentState


@dataclass
class Said:
    state: CommitmentState
    answered_months: int | None


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 9, 16), 3, date(2026, 12, 16)),
        (date(2026, 9, 16), 6, date(2027, 3, 16)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2027, 3, 16), -6, date(2026, 9, 16)),
    ],
)
def test_months_of_the_calendar(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-24, 24))
def test_so_many_months_later_is_that_month_and_never_a_later_day(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


def test_nothing_is_written_before_the_visit_begins_where_it_is() -> None:
    midnight = datetime(2026, 9, 13, 22, 0, tzinfo=UTC)  # 14 September, 0:00 in Amsterdam
    assert may_write(date(2026, 9, 14), "Europe/Amsterdam", midnight)
    assert not may_write(date(2026, 9, 14), "Europe/Amsterdam", midnight - timedelta(seconds=1))
    assert not may_write(date(2026, 9, 14), "America/New_York", midnight)
    assert not may_write(None, "Europe/Amsterdam", midnight)


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2026, 12, 15), 0), (date(2026, 12, 16), 3), (date(2027, 3, 15), 3), (date(2027, 3, 16), 6)],
)
def test_an_answer_counts_for_the_ask_that_came_last(day: date, expected: int) -> None:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    assert months_passed(date(2026, 9, 16), "Europe/Amsterdam", noon) == expected


def test_without_a_date_no_ask_ever_comes() -> None:
    assert months_passed(None, "Europe/Amsterdam", datetime(2100, 1, 1, tzinfo=UTC)) == 0


@pytest.mark.parametrize("state", list(CommitmentState))
@pytest.mark.parametrize("answered", [None, 0, 3, 6])
@pytest.mark.parametrize("months", [3, 6])
def test_what_is_settled_or_answered_for_is_not_asked(
    state: CommitmentState, answered: int | None, months: int
) -> None:
    expected = state not in SETTLED and (answered is None or answered < months)
    assert is_open(Said(state, answered), months) == expected


def test_how_it_stood_at_an_ask_is_what_was_said_last_by_then() -> None:
    answers = [(0, UNDER_WAY), (3, DROPPED), (3, UNDER_WAY), (6, DONE)]
    assert state_at(answers, 3) is UNDER_WAY
    assert state_at(answers, 6) is DONE
    assert state_at(answers[:1], 6) is UNDER_WAY
    assert state_at([], 3) is PROMISED

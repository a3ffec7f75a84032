"""When a mail is tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from peer_visits.outbox.rules import MOST_TRIES, is_hopeless, is_temporary, next_handful, next_try
from tests.support.factories import NOW


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 2), (3, 5), (4, 5), (200, 5)])
def test_short_waits_then_every_five_minutes(attempts: int, minutes: int) -> None:
    assert next_try(attempts, NOW) == NOW + timedelta(minutes=minutes)


def test_gives_up_after_about_a_day() -> None:
    waited, tries = timedelta(0), 1
    while not is_hopeless(tries):
        waited += next_try(tries, NOW) - NOW
        tries += 1
    assert tries == MOST_TRIES
    assert timedelta(hours=23, minutes=30) < waited < timedelta(hours=24, minutes=30)


@pytest.mark.parametrize(
    ("code", "temporary"), [(399, False), (400, True), (421, True), (499, True), (500, False), (550, False)]
)
def test_only_4xx_is_temporary(code: int, temporary: bool) -> None:
    assert is_temporary(code) is temporary


@pytest.mark.parametrize(
    ("size", "given", "seconds", "expected"),
    [
        (1, 1, 0.002, 2),  # a fast server: twice as many, and no more than that at once
        (16, 16, 0.03, 20),
        (20, 20, 0.4, 10),  # as many as fit the window
        (20, 3, 0.6, 1),
        (1, 1, 5.0, 1),  # a slow one: each for itself
        (8, 0, 0.0, 8),  # nothing had to leave: nothing was learned
    ],
)
def test_a_handful_is_what_leaves_within_the_window(
    size: int, given: int, seconds: float, expected: int
) -> None:
    assert next_handful(size, given, seconds, window=0.2, most=20) == expected

"""When a mail is tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from peer_visits.outbox.rules import MOST_TRIES, is_hopeless, is_temporary, next_try
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

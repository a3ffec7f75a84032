"""What may be shown, and means."""

from __future__ import annotations

from datetime import timedelta

import pytest

from peer_visits.followup.survey.rules import FEWEST, average, is_enough, is_open, may_be_pooled
from tests.support.factories import NOW


@pytest.mark.parametrize(("answered", "enough"), [(0, False), (FEWEST - 1, False), (FEWEST, True)])
def test_nothing_is_shown_below_five(answered: int, enough: bool) -> None:
    assert is_enough(answered) is enough


def test_small_groups_come_together_from_five_on() -> None:
    assert not may_be_pooled([])
    assert not may_be_pooled([4])
    assert not may_be_pooled([2, 2])
    assert may_be_pooled([3, 2])


def test_a_mean_leaves_out_who_cannot_say_and_needs_five_who_can() -> None:
    assert average({1: 1, 5: 4, 0: 9}) == pytest.approx(4.2)
    assert average({5: 4, 0: 9}) is None
    assert average({}) is None


def test_a_survey_is_open_to_its_last_second() -> None:
    assert is_open(NOW, None, NOW - timedelta(seconds=1))
    assert not is_open(NOW, None, NOW)
    assert not is_open(NOW, NOW, NOW - timedelta(seconds=1))

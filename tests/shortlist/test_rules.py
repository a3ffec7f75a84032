"""Scores and orders, as plain values."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer_visits.shortlist.rules import count_mix, over_cap, weighted_score

A, B, C, D = (uuid.UUID(int=number) for number in range(1, 5))


@dataclass(frozen=True)
class Scale:
    """A criterion, as far as the rules know one."""

    weight: int
    maximum: int
    id: uuid.UUID = field(default_factory=uuid.uuid4)


@st.composite
def scored(draw: st.DrawFn) -> list[tuple[Scale, int]]:
    scales = draw(
        st.lists(st.builds(Scale, st.integers(1, 100), st.integers(1, 100)), min_size=1, max_size=6)
    )
    return [(scale, draw(st.integers(0, scale.maximum))) for scale in scales]


def test_full_marks_are_a_hundred_whatever_the_scales() -> None:
    scales = [Scale(3, 5), Scale(1, 100)]
    assert weighted_score({one.id: one.maximum for one in scales}, scales) == 100


def test_a_heavier_criterion_counts_more() -> None:
    heavy, light = Scale(3, 5), Scale(1, 5)
    assert weighted_score({heavy.id: 5, light.id: 0}, [heavy, light]) == 75
    assert weighted_score({heavy.id: 0, light.id: 5}, [heavy, light]) == 25


def test_half_a_reading_is_no_score_yet() -> None:
    first, second = Scale(1, 5), Scale(1, 5)
    assert weighted_score({first.id: 5}, [first, second]) is None
    assert weighted_score({first.id: 5, second.id: 0}, [first, second]) == 50


def test_zero_is_a_score_and_nothing_is_none() -> None:
    scale = Scale(1, 5)
    assert weighted_score({scale.id: 0}, [scale]) == 0
    assert weighted_score({}, [scale]) is None
    assert weighted_score({}, []) is None


@given(scored())
def test_a_score_stays_between_0_and_100(pairs: list[tuple[Scale, int]]) -> None:
    score = weighted_score({scale.id: value for scale, value in pairs}, [scale for scale, _value in pairs])
    assert score is not None
    assert -1e-9 <= score <= 100 + 1e-9


@given(scored())
def test_a_higher_score_never_counts_less(pairs: list[tuple[Scale, int]]) -> None:
    scales, values = [scale for scale, _value in pairs], {scale.id: value for scale, value in pairs}
    before = weighted_score(values, scales)
    after = weighted_score({**values, scales[0].id: scales[0].maximum}, scales)
    assert before is not None
    assert after is not None
    assert after >= before - 1e-9


def test_the_mix_is_counted_largest_first() -> None:
    counts = count_mix(["PL", "FI", "", "FI"])
    assert list(counts.items()) == [("FI", 2), ("", 1), ("PL", 1)]


def test_spellings_of_one_organisation_count_together() -> None:
    assert count_mix(["City of Łódź", "city of  Lodz", "Turku"], alike=True) == {
        "City of Łódź": 2,
        "Turku": 1,
    }


@pytest.mark.parametrize(("cap", "over"), [(None, {}), (1, {"IT": 3, "FI": 1}), (3, {"IT": 1}), (4, {})])
def test_who_is_over_the_cap(cap: int | None, over: dict[str, int]) -> None:
    assert over_cap({"IT": 4, "FI": 2, "": 9}, cap) == over

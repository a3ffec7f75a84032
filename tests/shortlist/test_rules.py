"""Scores and orders, as plain values."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer_visits.shortlist.rules import inserted, stepped, weighted_score

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


@pytest.mark.parametrize(
    ("moved", "position", "expected"),
    [
        ([D], 1, [D, A, B, C]),
        ([D], 2, [A, D, B, C]),
        ([D], None, [A, B, C, D]),
        ([D], 99, [A, B, C, D]),
        ([D], 0, [D, A, B, C]),
        ([D], -7, [D, A, B, C]),
        ([C], 1, [C, A, B]),
        ([A], None, [B, C, A]),
        ([C, A], 1, [C, A, B]),
        ([B], 2, [A, B, C]),
    ],
)
def test_moved_to_a_position(moved: list[uuid.UUID], position: int | None, expected: list[uuid.UUID]) -> None:
    assert inserted([A, B, C], moved, position) == expected


@pytest.mark.parametrize(
    ("moved", "by", "expected"),
    [(A, -1, [A, B, C]), (A, 1, [B, A, C]), (B, -1, [B, A, C]), (C, 1, [A, B, C]), (C, -1, [A, C, B])],
)
def test_a_step_up_or_down(moved: uuid.UUID, by: int, expected: list[uuid.UUID]) -> None:
    assert stepped([A, B, C], moved, by) == expected


@given(
    st.lists(st.uuids(), unique=True, max_size=8),
    st.lists(st.uuids(), unique=True, min_size=1, max_size=4),
    st.none() | st.integers(-3, 20),
)
def test_nobody_is_lost_or_doubled(
    order: list[uuid.UUID], moved: list[uuid.UUID], position: int | None
) -> None:
    after = inserted(order, moved, position)
    assert sorted(after) == sorted({*order, *moved})
    assert [one for one in after if one not in moved] == [one for one in order if one not in moved]

"""Points of a choice, whole numbers from 0 to 100, from what its host said."""

from __future__ import annotations

MOST_POINTS = 100
STRICT_UP_TO = 101


def points_of_position(position: int, proposed: int) -> int:
    """Points of the `position`-th (from 0) of the people a host proposes, shortlist first, then reserve.

    The first has 100, the second 99 and so on: the same position is worth the same with every host. That keeps the
    order strict for up to 101 people; where more are proposed, neighbours share a number, and nobody passes another.
    """
    if not 0 <= position < proposed:
        raise ValueError("a position lies among those proposed")
    if proposed <= STRICT_UP_TO:
        return MOST_POINTS - position
    return MOST_POINTS - position * STRICT_UP_TO // proposed


def points_of_mean(mean: float | None) -> int:
    """Points of a mean score of 0 to 100, rounded half up; none scored is 0."""
    return 0 if mean is None else max(0, min(MOST_POINTS, int(mean + 0.5)))

"""Small calculations for figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

SHADES = 4


def middle_of(values: Sequence[float]) -> float | None:
    """The median; nothing of nothing."""
    return round(median(values), 1) if values else None


def shade(count: int, most: int) -> int:
    """Which of four shades a count has beside the largest one: 0 for none, 4 for the largest."""
    if count <= 0 or most <= 0:
        return 0
    return max(1, -(-SHADES * count // most))


def largest_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Counts by size, then by name; what is not known comes last."""
    return sorted(counts.items(), key=lambda item: (item[0] == "", -item[1], item[0]))

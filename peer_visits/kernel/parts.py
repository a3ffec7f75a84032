"""Long lists in parts of a size that a statement, or the memory, takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def in_parts(whole: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The whole in order, `size` at a time; the last part may be shorter, and of nothing there is none."""
    return (whole[at : at + size] for at in range(0, len(whole), size))

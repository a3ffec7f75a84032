"""A reason, in one sentence and in figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from peer_visits.allocation.solving.instance import Placement
from peer_visits.kernel.text import Phrase

Why = Literal[
    "pinned", "points", "rule", "lottery", "free",  # why chosen
    "ineligible", "placed", "clash", "no-place", "full", "blocked", "held", "drawn", "open", "no-wish",  # why not
]  # fmt: skip
Name = Callable[[str], str]
RuleWords = Callable[[str], str | Phrase]  # a phrase is translated with the sentence it stands in


@dataclass(frozen=True)
class Reason:
    """Why. `rules` are the rule instances that held places, and how many; `better` people of the visit have more
    points; `drawn` is the applicant's lottery number and the lowest among those with equal points who have a place.
    """

    applicant: str
    visit: str | None
    granted: bool
    why: Why
    text: Phrase
    points: int = 0
    better: int = 0
    rules: dict[str, int] = field(default_factory=dict, hash=False)
    drawn: tuple[int, int] | None = None
    other: str | None = None  # the visit in which the applicant has a place instead


@dataclass(frozen=True)
class Reasons:
    """A reason for every application, and the one that matters most for every person."""

    applications: dict[Placement, Reason]
    people: dict[str, Reason]

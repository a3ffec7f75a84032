"""How long an application is kept, by what became of it. Moments are aware and in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from peer_visits.questions.rules import kept_until

# Somebody who did something here within this time still uses their account.
IN_USE = timedelta(days=180)


class Outcome(StrEnum):
    """What became of an application, as far as its keeping goes."""

    DRAFT = "draft"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    PLACED = "placed"


# What a call begins with when its organiser first sets limits: months after it has closed.
USUAL: Mapping[Outcome, int] = {
    Outcome.DRAFT: 3,
    Outcome.WITHDRAWN: 12,
    Outcome.REFUSED: 24,
    Outcome.PLACED: 60,
}


@dataclass(frozen=True)
class Limits:
    """Months after the call has closed, by outcome."""

    months: Mapping[Outcome, int]

    def ends(self, outcome: Outcome, closes_at: datetime) -> datetime:
        """The moment from which such an application is kept no longer."""
        return kept_until(closes_at, self.months[outcome])

    def is_due(self, outcome: Outcome, closes_at: datetime, now: datetime) -> bool:
        """Whether its time is over; one second before it is not."""
        return self.ends(outcome, closes_at) <= now


def outcome_of(state: str, *, has_place: bool) -> Outcome:
    """What became of an application in this state."""
    if state == "submitted":
        return Outcome.PLACED if has_place else Outcome.REFUSED
    return Outcome(state)

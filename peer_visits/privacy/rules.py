"""How long an application is kept, by what became of it. Moments are aware and in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
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


# The longest a call may tell people before.
LONGEST_WARNING = timedelta(days=180)

# What a call begins with when its organiser first sets limits: months after it has closed.
USUAL: Mapping[Outcome, int] = {
    Outcome.DRAFT: 3,
    Outcome.WITHDRAWN: 12,
    Outcome.REFUSED: 24,
    Outcome.PLACED: 60,
}


# How many days before people are told, unless a call says otherwise.
USUAL_WARNING = 28


@dataclass(frozen=True)
class Limits:
    """Months after the call has closed, by outcome; set at a moment, with so many days in which people are told."""

    months: Mapping[Outcome, int]
    set_at: datetime
    warn_days: int = USUAL_WARNING

    def ends(self, outcome: Outcome, closes_at: datetime, last_day: date | None = None) -> datetime:
        """The moment from which such an application is kept no longer.

        Never before the last day of a visit it holds a place in is over, and never sooner after the limits were set
        than people are told before: a slip of the pen takes nothing at once, and nobody is surprised.
        """
        told = self.set_at + timedelta(days=self.warn_days)
        over = datetime.combine(last_day + timedelta(days=1), time(), UTC) if last_day else told
        return max(kept_until(closes_at, self.months[outcome]), told, over)

    def earliest(self, closes_at: datetime) -> datetime:
        """The moment before which no application of a call goes."""
        return min(self.ends(one, closes_at) for one in Outcome)


def outcome_of(state: str, *, has_place: bool) -> Outcome:
    """What became of an application in this state."""
    if state == "submitted":
        return Outcome.PLACED if has_place else Outcome.REFUSED
    return Outcome(state)

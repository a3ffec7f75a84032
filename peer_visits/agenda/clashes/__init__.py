"""What is wrong with an agenda, over plain values: one rule a function, each with what to do about it.

A clash that is only a notice need not be mended, but should be known.
"""

from __future__ import annotations

from collections.abc import Iterable

from peer_visits.agenda.clashes.clocks import clock_changes, clocks_apart, unsocial
from peer_visits.agenda.clashes.days import days
from peer_visits.agenda.clashes.online import online_load
from peer_visits.agenda.clashes.overlaps import meetings
from peer_visits.agenda.clashes.rooms import capacity, travel
from peer_visits.agenda.clashes.speakers import availability
from peer_visits.agenda.clashes.values import Clash, Frame, Rule, Slot


def find_clashes(slots: Iterable[Slot], frame: Frame) -> list[Clash]:
    """Everything to mend, in the order of time within each rule."""
    ordered = sorted(slots, key=lambda slot: (slot.starts_at, slot.ends_at, slot.id))
    return [clash for rule in RULES for clash in rule(ordered, frame)]


RULES: tuple[Rule, ...] = (
    meetings,
    availability,
    days,
    clock_changes,
    online_load,
    travel,
    capacity,
    unsocial,
    clocks_apart,
)

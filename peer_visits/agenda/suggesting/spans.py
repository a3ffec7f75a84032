"""How long each day is, from its first start to its last end. Only the child process imports this.

Besides what says so, rows that add nothing but a proof: without them the span of a dozen sessions is not proven in a
minute, with them in a second.
"""

from __future__ import annotations

from typing import Any

from peer_visits.agenda.suggesting.instance import DAY, EVERYBODY
from peer_visits.agenda.suggesting.placing import Placing, TimeLine
from peer_visits.agenda.suggesting.travelling import extra_minutes


def span_of_days(time_line: TimeLine, placings: list[Placing]) -> Any:
    """The sum over all days, in minutes."""
    days = range(len(time_line.instance.days))
    return sum(
        _span_of(time_line, day, on) for day in days if (on := [one for one in placings if day in one.on_day])
    )


def _span_of(time_line: TimeLine, day: int, on: list[Placing]) -> Any:
    cp, slot_minutes = time_line.cp, time_line.instance.slot_minutes
    first, last, span = (cp.new_int_var(0, 2 * DAY, f"{name} of {day}") for name in ("first", "last", "span"))
    cp.add(span == last - first)
    for placing in on:
        start = (placing.start - time_line.on_line(day, 0)) * slot_minutes
        cp.add(first <= start).only_enforce_if(placing.is_on(day))
        cp.add(last >= start + placing.session.minutes).only_enforce_if(placing.is_on(day))
    _span_is_at_least(time_line, span, day, [one for one in on if one.session.fixed is None])
    return span


def _span_is_at_least(time_line: TimeLine, span: Any, day: int, loose: list[Placing]) -> None:
    """Who is in all of some sessions is in one after the other. What stands may overlap by itself and is left out."""
    cp, instance = time_line.cp, time_line.instance
    gap = instance.slots(instance.min_gap_minutes) * instance.slot_minutes
    used = cp.new_bool_var(f"{day} is used")
    for placing in loose:
        cp.add_implication(placing.is_on(day), used)
    for audience in sorted({one.session.audience for one in loose} - {EVERYBODY}) or [EVERYBODY]:
        in_line = [one for one in loose if one.session.audience in {EVERYBODY, audience}]
        cp.add(span >= _one_after_the_other(in_line, day, gap) - gap * used)
        # What has no place may fill the time that others are on their way: it does not count beside that time.
        somewhere = [one for one in in_line if one.session.place is not None]
        minutes = _one_after_the_other(somewhere, day, gap) - gap * used
        for extra in _travel_of(time_line, day, somewhere):
            cp.add(span >= minutes + extra)


def _one_after_the_other(in_line: list[Placing], day: int, gap: int) -> Any:
    return sum((one.session.minutes + gap) * one.on_day[day] for one in in_line)


def _travel_of(time_line: TimeLine, day: int, somewhere: list[Placing]) -> list[Any]:
    """Minutes on the way beyond the usual gap, if these sessions lead to certain places on one day."""
    there: dict[str, list[Any]] = {}
    for placing in somewhere:
        there.setdefault(placing.session.place or "", []).append(placing.is_on(day))
    visited = {place: time_line.cp.new_bool_var(f"{place} on {day}") for place in sorted(there)}
    for place, literals in there.items():
        time_line.cp.add_max_equality(visited[place], literals)
    return [
        minutes * (sum(visited[place] for place in places) - (len(places) - 1))
        for places, minutes in extra_minutes(time_line.instance, list(visited))
    ]

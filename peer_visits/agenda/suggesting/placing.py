"""The variables of one session, on a line of time. Only the child process imports this.

Time is counted in slots over a line on which days are laid end to end, with a pause between them so long that no gap
reaches from one day into the next: on this line a rule about two sessions of one day needs no word about days.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

from ortools.sat.python import cp_model

from peer_visits.agenda.suggesting.instance import Instance, Session
from peer_visits.agenda.suggesting.times import possible_starts


class TimeLine:
    """An agenda's programme and its line of time."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.cp = cp_model.CpModel()
        gaps = [instance.gap(one, other) for one, other in combinations(instance.sessions, 2)]
        self.pause = instance.slots(max(gaps, default=0)) + instance.slots_a_day

    def on_line(self, day: int, slot: int) -> int:
        """A slot of a day on the line of all days."""
        return day * (self.instance.slots_a_day + self.pause) + slot


class Placing:
    """One session's variables: whether it is placed, when, on which day, in which room, at what discomfort."""

    def __init__(self, time_line: TimeLine, session: Session, *, may_drop: bool) -> None:
        self.session = session
        self.cp = time_line.cp
        self._literals: dict[int, Any] = {}
        self.starts = possible_starts(time_line.instance, session)
        self.may_drop = may_drop and session.fixed is None
        line = sorted(time_line.on_line(*start) for start in self.starts)
        if not line:
            line = [0]
            if not self.may_drop:
                self.cp.add_bool_or([])  # no start is allowed, and it must be placed
        self.start = self.cp.new_int_var_from_domain(cp_model.Domain.from_values(line), f"start {session.id}")
        self.is_placed: Any = self.cp.new_bool_var(f"placed {session.id}") if self.may_drop else 1
        self.on_day, self.discomfort = self._choose_day(time_line, line)
        self.room: dict[str, Any] = {}

    def _choose_day(self, time_line: TimeLine, line: list[int]) -> tuple[dict[int, Any], Any]:
        """One literal for each day and discomfort: the start lies among the slots that have them."""
        cp, groups = self.cp, dict[tuple[int, int], list[int]]()
        for (day, slot), cost in sorted(self.starts.items()):
            groups.setdefault((day, cost), []).append(time_line.on_line(day, slot))
        literals = {group: cp.new_bool_var(f"{self.session.id} {group}") for group in groups}
        for group, slots in groups.items():
            domain = cp_model.Domain.from_values(slots)
            cp.add_linear_expression_in_domain(self.start, domain).only_enforce_if(literals[group])
        absent = ~self.is_placed if self.may_drop else None
        cp.add_exactly_one([*literals.values(), *([] if absent is None else [absent])])
        if absent is not None:
            cp.add(self.start == line[0]).only_enforce_if(absent)
        # What the linear relaxation may know of the start.
        rest = line[0] * (1 - self.is_placed)
        cp.add(self.start >= sum(min(groups[group]) * literals[group] for group in groups) + rest)
        cp.add(self.start <= sum(max(groups[group]) * literals[group] for group in groups) + rest)
        days = sorted({day for day, _cost in groups})
        on_day = {day: sum(literals[group] for group in groups if group[0] == day) for day in days}
        return on_day, sum(cost * literals[day, cost] for day, cost in groups)

    def is_on(self, day: int) -> Any:
        """Whether it is on a day, as one literal."""
        if day not in self._literals:
            literal = self.cp.new_bool_var(f"{self.session.id} on {day}")
            self.cp.add(literal == self.on_day[day])
            self._literals[day] = literal
        return self._literals[day]

"""The agenda as a constraint programme for CP-SAT: its rules and its levels. Only the child process imports this."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from peer_visits.agenda.suggesting.instance import EVERYBODY, Instance, Level, Plan, Session
from peer_visits.agenda.suggesting.placing import Placing, TimeLine
from peer_visits.agenda.suggesting.spans import span_of_days


class Model:
    """The whole programme. With `all_optional`, sessions that are required may be dropped as well."""

    def __init__(self, instance: Instance, *, all_optional: bool = False) -> None:
        self.time_line = TimeLine(instance)
        self.instance, self.cp, self.pause = instance, self.time_line.cp, self.time_line.pause
        self.placings = {
            session.id: Placing(self.time_line, session, may_drop=all_optional or not session.required)
            for session in instance.sessions
        }
        self._give_rooms()
        self._keep_apart()
        self._keep_order()
        self._keep_together()
        self._limit_days()
        self.objectives: dict[Level, Any] = {
            "dropped": self._dropped(),
            "discomfort": sum(placing.discomfort for placing in self.placings.values()),
            "span": span_of_days(self.time_line, list(self.placings.values())),
            "early": self._early(),
        }

    def dropped_required(self) -> Any:
        """How many sessions that are required are not placed."""
        return sum(1 - one.is_placed for one in self.placings.values() if one.session.required)

    def plan(self, value: Any) -> Plan:
        """The plan that a solution's values mean."""
        found: Plan = {}
        for id_, placing in self.placings.items():
            if value(placing.is_placed):
                day, slot = divmod(value(placing.start), self.instance.slots_a_day + self.pause)
                room = next((room for room, chosen in placing.room.items() if value(chosen)), None)
                found[id_] = (day * self.instance.slots_a_day + slot, room)
        return found

    def hint(self, solution: Any) -> None:
        """Begin the next search with the values of this solution."""
        self.cp.clear_hints()  # type: ignore[no-untyped-call]
        for number, value in enumerate(solution):
            self.cp.add_hint(self.cp.get_int_var_from_proto_index(number), value)

    # Rooms

    def _give_rooms(self) -> None:
        """One room for whoever needs one, large enough; a room holds one session at a time."""
        held: dict[str, list[Any]] = {room.id: [] for room in self.instance.rooms}
        for placing in self.placings.values():
            for room in self._rooms_of(placing.session):
                chosen = self.cp.new_bool_var(f"{placing.session.id} in {room}")
                placing.room[room] = chosen
                size = self.instance.slots(placing.session.minutes)
                held[room].append(
                    (
                        placing,
                        self.cp.new_optional_fixed_size_interval_var(placing.start, size, chosen, "in room"),
                    )
                )
            if placing.room or (placing.session.needs_room and placing.session.fixed is None):
                self.cp.add(sum(placing.room.values()) == placing.is_placed)
        for members in held.values():
            self._no_overlap(members)

    def _rooms_of(self, session: Session) -> list[str]:
        if session.fixed is not None:
            return [] if session.fixed.room is None else [session.fixed.room]
        if not session.needs_room:
            return []
        return [room.id for room in self.instance.rooms if room.capacity >= session.size]

    # Two sessions

    def _no_overlap(self, members: list[tuple[Placing, Any]]) -> None:
        """Nothing overlaps, except what stands already and overlaps by itself."""
        standing = [one for one in members if one[0].session.fixed is not None]
        others = [interval for placing, interval in members if placing.session.fixed is None]
        if len(standing) <= 1:
            self.cp.add_no_overlap([interval for _placing, interval in members])
            return
        for _placing, interval in standing:
            self.cp.add_no_overlap([interval, *others])

    def _keep_apart(self) -> None:
        """Sequential sessions do not overlap and leave their gap; those that lie farther apart pair by pair."""
        least = self.instance.slots(self.instance.min_gap_minutes)
        intervals = {}
        for id_, placing in self.placings.items():
            size = self.instance.slots(placing.session.minutes) + least
            intervals[id_] = self.cp.new_optional_fixed_size_interval_var(
                placing.start, size, placing.is_placed, id_
            )
        for ids in self._cliques():
            self._no_overlap([(self.placings[id_], intervals[id_]) for id_ in ids])
        ordered = set(self.instance.precedence)
        for one, other in combinations(self.placings.values(), 2):
            known = {(one.session.id, other.session.id), (other.session.id, one.session.id)} & ordered
            if not known and self._are_far(one.session, other.session):
                self._either_way(one, other)

    def _cliques(self) -> list[list[str]]:
        """Sets of sessions that are sequential to each other; every sequential pair lies in one of them."""
        everybody = [s.id for s in self.instance.sessions if s.audience == EVERYBODY]
        audiences = sorted({s.audience for s in self.instance.sessions} - {EVERYBODY})
        cliques = [
            [*everybody, *(s.id for s in self.instance.sessions if s.audience == audience)]
            for audience in audiences
        ] or [everybody]
        cliques += [
            [s.id for s in self.instance.sessions if person.id in s.people] for person in self.instance.people
        ]
        return [clique for clique in cliques if len(clique) > 1]

    def _are_far(self, one: Session, other: Session) -> bool:
        if one.fixed is not None and other.fixed is not None:
            return False
        far = self.instance.gap(one, other) > self.instance.gap(one, one)
        return far and self.instance.are_sequential(one, other)

    def _either_way(self, one: Placing, other: Placing) -> None:
        first = self.cp.new_bool_var(f"{one.session.id} before {other.session.id}")
        self._follows(one, other, self.instance.gap(one.session, other.session), first)
        self._follows(other, one, self.instance.gap(one.session, other.session), ~first)

    def _follows(self, before: Placing, after: Placing, gap: int, *if_true: Any) -> None:
        """`after` starts when `before` is over and the gap as well; asked only where both are placed."""
        length = self.instance.slots(before.session.minutes + gap)
        conditions = [*if_true, *(one.is_placed for one in (before, after) if one.may_drop)]
        row = self.cp.add(after.start >= before.start + length)
        if conditions:
            row.only_enforce_if(conditions)

    def _keep_order(self) -> None:
        for first, second in self.instance.precedence:
            before, after = self.placings[first], self.placings[second]
            if before.session.fixed is not None and after.session.fixed is not None:
                continue
            sequential = self.instance.are_sequential(before.session, after.session)
            gap = self.instance.gap(before.session, after.session) if sequential else 0
            self._follows(before, after, gap)

    def _keep_together(self) -> None:
        for members in self.instance.together:
            for first, second in combinations(members, 2):
                one, other = self.placings[first], self.placings[second]
                if one.session.fixed is not None and other.session.fixed is not None:
                    continue
                row = self.cp.add(one.start == other.start)
                conditions = [placing.is_placed for placing in (one, other) if placing.may_drop]
                if conditions:
                    row.only_enforce_if(conditions)

    # Days

    def _limit_days(self) -> None:
        """The minutes of a day; what is held together counts once, by its longest."""
        for index, day in enumerate(self.instance.days):
            if day.max_minutes is None:
                continue
            parts: list[Any] = []
            for group in self._counted_once():
                on = [(self.placings[id_], self.placings[id_].on_day.get(index)) for id_ in group]
                terms = [placing.session.minutes * literal for placing, literal in on if literal is not None]
                if len(terms) > 1:
                    most = self.cp.new_int_var(0, max(p.session.minutes for p, _on in on), "together")
                    for term in terms:
                        self.cp.add(most >= term)
                    terms = [most]
                parts += terms
            self.cp.add(sum(parts) <= max(day.max_minutes, self._standing_minutes(index)))

    def _counted_once(self) -> list[list[str]]:
        """Every session that counts, once: alone, or in the first `together` list that names it."""
        groups: list[list[str]] = []
        seen: set[str] = set()
        counting = {s.id for s in self.instance.sessions if s.counts}
        for members in (*self.instance.together, *((s.id,) for s in self.instance.sessions)):
            new = [id_ for id_ in members if id_ in counting and id_ not in seen]
            seen.update(new)
            groups += [new] if new else []
        return groups

    def _standing_minutes(self, index: int) -> int:
        """What stands on a day already, be it too much."""
        day = self.instance.days[index].id
        standing = {s.id: s.minutes for s in self.instance.sessions if s.fixed and s.fixed.day == day}
        return sum(max((standing.get(id_, 0) for id_ in group), default=0) for group in self._counted_once())

    # Levels

    def _dropped(self) -> Any:
        return sum(one.session.weight * (1 - one.is_placed) for one in self.placings.values())

    def _early(self) -> Any:
        terms = []
        for position, placing in enumerate(self.placings.values(), start=1):
            slot = placing.start - sum(day * self.pause * on for day, on in placing.on_day.items())
            if placing.may_drop:
                waiting = min((self.time_line.on_line(*start) for start in placing.starts), default=0)
                slot -= waiting * (1 - placing.is_placed)
            terms.append(position * slot)
        return sum(terms)

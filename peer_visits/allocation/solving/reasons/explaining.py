"""A reason for every application, granted or not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from peer_visits.allocation.solving.groups import Group
from peer_visits.allocation.solving.instance import Application, Instance, Placement
from peer_visits.allocation.solving.reasons.seats import Seats
from peer_visits.allocation.solving.reasons.values import Name, Reason, Reasons, RuleWords, Why
from peer_visits.kernel.text import Phrase, phrase


def explain(
    instance: Instance,
    placements: Iterable[Placement],
    *,
    proven: bool = True,
    name_rule: RuleWords = str,
    name_visit: Name = str,
) -> Reasons:
    """Reasons for all. `name_rule` and `name_visit` give the words for `ID@VISIT` and for a visit."""
    explainer = _Explainer(Seats(instance, placements), proven, name_rule, name_visit)
    applications = {wish.key: explainer.reason(wish) for wish in instance.applications}
    by_person: dict[str, list[tuple[bool, int, Reason]]] = defaultdict(list)
    for wish in instance.applications:
        reason = applications[wish.key]
        by_person[wish.applicant].append((not reason.granted, wish.rank, reason))
    people = {
        person.id: (
            min(by_person[person.id], key=lambda found: found[:2])[2]
            if by_person[person.id]
            else Reason(
                person.id, None, granted=False, why="no-wish", text=phrase("They applied for no visit.")
            )
        )
        for person in instance.applicants
    }
    return Reasons(applications, people)


class _Explainer:
    def __init__(self, seats: Seats, proven: bool, name_rule: RuleWords, name_visit: Name) -> None:
        self.seats, self.instance = seats, seats.instance
        self.proven, self.name_rule, self.name_visit = proven, name_rule, name_visit

    def reason(self, wish: Application) -> Reason:
        """Why this application was granted or not."""
        if wish.visit in self.seats.held[wish.applicant]:
            return self._chosen(wish)
        if not wish.eligible:
            return self._not(wish, "ineligible", phrase("This application is not eligible for a place."))
        clash = self.seats.clash(wish)
        if clash is not None and len(self.seats.held[wish.applicant]) < self.seats.limits[wish.applicant]:
            text = phrase("It clashes with %(other)s, where they have a place.", other=self.name_visit(clash))
            return self._not(wish, "clash", text, other=clash)
        if not self.seats.could_take(wish):
            return self._placed_elsewhere(wish)
        return self._left_out(wish)

    def _not(self, wish: Application, why: Why, text: Phrase, **more: object) -> Reason:
        return Reason(
            wish.applicant,
            wish.visit,
            granted=False,
            why=why,
            text=text,
            points=self.seats.points(wish),
            **more,  # type: ignore[arg-type]
        )

    # Not granted

    def _placed_elsewhere(self, wish: Application) -> Reason:
        held = self.seats.held[wish.applicant]
        if not held:
            return self._not(wish, "no-place", phrase("They may get no place in this call."))
        other = max(held, key=lambda visit: self.seats.wishes[wish.applicant, visit].rank)
        rank = self.seats.wishes[wish.applicant, other].rank
        better = self.seats.better(wish)
        place = {"other": self.name_visit(other), "rank": rank}
        if rank < wish.rank:
            text = phrase("They have a place in %(other)s, which they want more.", **place)
        elif better and better == len(self.seats.groups[wish.visit]) and not self.seats.free(wish.visit):
            text = _count(
                better,
                "Placed by their wish %(rank)d, %(other)s: the one place here went to somebody with more points.",
                "Placed by their wish %(rank)d, %(other)s: here %(count)d people with more points took every place.",
                **place,
            )
        else:
            text = phrase(
                "Placed by their wish %(rank)d, %(other)s: a place here for them would make the whole worse.",
                **place,
            )
        return self._not(wish, "placed", text, other=other, better=better)

    def _left_out(self, wish: Application) -> Reason:
        group = self.seats.groups[wish.visit]
        if self.seats.free(wish.visit):
            return self._blocked(wish, group)
        if not group.people:
            return self._not(wish, "no-place", phrase("This visit has no places."))
        better = self.seats.better(wish)
        if better == len(group):
            text = _count(
                better,
                "The one place went to somebody with more points.",
                "All %(count)d places went to people with more points.",
            )
            return self._not(wish, "full", text, better=better)
        rules, ties = self.seats.holders(wish, group)
        if rules:
            return self._not(wish, "held", self._held_text(rules), better=better, rules=dict(rules))
        if ties:
            return self._drawn(wish, better, ties)
        return self._not(wish, "open", self._whole(), better=better)

    def _blocked(self, wish: Application, group: Group) -> Reason:
        before = group.hard()
        after, _soft = group.after(joins=self.seats.people[wish.applicant])
        rules = {name: 1 for name, violation in after.items() if violation > before[name]}
        if not rules:
            return self._not(wish, "open", self._whole())
        text = phrase(
            "A place is free, but with them this rule would be broken: %(rules)s.", rules=self._names(rules)
        )
        return self._not(wish, "blocked", text, rules=rules)

    def _held_text(self, rules: Counter[str]) -> Phrase:
        pinned = [name for name in rules if name.startswith("pin:")]
        named = self._names(name for name in rules if name not in pinned)
        if not named:
            return phrase("People placed by hand hold the places that more points could have had.")
        return phrase(
            "People with no more points hold their places because of this rule: %(rules)s.", rules=named
        )

    def _drawn(self, wish: Application, better: int, ties: list[Application]) -> Reason:
        ranked = "rank" in self.instance.objective
        alike = [tie for tie in ties if tie.rank == wish.rank or not ranked]
        if not alike and any(tie.rank < wish.rank for tie in ties):
            text = phrase("Equal points: people who want this visit more went first.")
            return self._not(wish, "drawn", text, better=better)
        if not alike or "lottery" not in self.instance.objective:
            return self._not(wish, "open", self._whole(), better=better)
        own, theirs = self.seats.number(wish), min(self.seats.number(tie) for tie in alike)
        if own > theirs:  # a level between points and lottery decided
            return self._not(wish, "open", self._whole(), better=better)
        text = phrase(
            "Equal points: the lottery decided, %(theirs)d against %(own)d.",
            own=own,
            theirs=theirs,
        )
        return self._not(wish, "drawn", text, better=better, drawn=(own, theirs))

    def _whole(self) -> Phrase:
        if self.proven:
            return phrase("Taking them in anybody's place would make the whole worse.")
        return phrase("There was no time to prove that this answer is the best.")

    # Granted

    def _chosen(self, wish: Application) -> Reason:
        group = self.seats.groups[wish.visit]
        points, rank = self.seats.points(wish), wish.rank
        waiting = [other for other in self.seats.left_out[wish.visit] if self.seats.points(other) >= points]
        ahead = [other for other in waiting if self.seats.points(other) > points]
        if wish.key in self.instance.pinned:
            return self._yes(wish, "pinned", phrase("Placed by hand."))
        if not ahead:
            why: Why = "lottery" if waiting and not self.seats.free(wish.visit) else "points"
            return self._yes(wish, why, self._chosen_text(why, rank))
        rules = Counter[str]()
        hard, soft = group.hard(), group.soft()
        for other in ahead:
            rules.update(self.seats.kept_by(other, wish, group, hard, soft))
        if not rules:
            return self._yes(wish, "open", self._whole(), better=len(ahead))
        text = phrase(
            "Wish %(rank)d. Some left out have more points; they could not take this place because of: %(rules)s.",
            rank=rank,
            rules=self._names(rules),
        )
        return self._yes(wish, "rule", text, better=len(ahead), rules=dict(rules))

    def _chosen_text(self, why: Why, rank: int) -> Phrase:
        if why == "lottery":
            return phrase(
                "Wish %(rank)d. Nobody who could still have taken this place has more points; some have as many.",
                rank=rank,
            )
        return phrase(
            "Wish %(rank)d. Everybody who could still have taken this place has fewer points.", rank=rank
        )

    def _yes(self, wish: Application, why: Why, text: Phrase, **more: object) -> Reason:
        return Reason(
            wish.applicant,
            wish.visit,
            granted=True,
            why=why,
            text=text,
            points=self.seats.points(wish),
            **more,  # type: ignore[arg-type]
        )

    def _names(self, rules: Iterable[str]) -> str | Phrase:
        return listed([self.name_rule(name) for name in sorted(rules)])


def listed(words: Sequence[str | Phrase]) -> str | Phrase:
    """Several words as one value of a sentence."""
    if len(words) < 2:
        return words[0] if words else ""
    return phrase("%(words)s, %(last)s", words=listed(words[:-1]), last=words[-1])


def _count(count: int, one: str, many: str, **values: Any) -> Phrase:
    return Phrase(one, values) if count == 1 else Phrase(many, {"count": count, **values})

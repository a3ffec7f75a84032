"""Puts the instance together: visits, people, wishes with their points, rules, pins."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from peer_visits.allocation.building.holdings import Holding, Holdings
from peer_visits.allocation.building.rules import clashes, rules_of_run
from peer_visits.allocation.building.wishes import Wish, list_wishes_of_call
from peer_visits.allocation.scoring import points_of_mean, points_of_position
from peer_visits.allocation.settings import Hand, Points, RunSettings
from peer_visits.calls.models import Call
from peer_visits.kernel.ids import json_digest
from peer_visits.visits.models import Visit
from peer_visits.visits.queries import list_visits_of_call

SCHEMA = "peer-visits/allocation/1"


@dataclass(frozen=True)
class Built:
    """The instance as JSON in its one order, its hash, and which choice each application is."""

    instance: dict[str, Any]
    sources: dict[str, Any] = field(repr=False)

    @property
    def digest(self) -> str:
        """What a run is frozen under."""
        return json_digest(self.instance)


def build_instance(
    session: Session, *, call: Call, settings: RunSettings, seed: str, holdings: Holdings
) -> Built:
    """The call as the solver gets it. People and visits go by their record ids."""
    visits = _chosen_visits(list_visits_of_call(session, call.id), settings, holdings)
    wishes = list_wishes_of_call(session, call.id, settings.points)
    return _assemble(call, visits, wishes, settings, seed, holdings)


def _chosen_visits(
    all_visits: Sequence[Visit], settings: RunSettings, holdings: Holdings
) -> dict[uuid.UUID, Visit]:
    """The visits asked for that have a seat left."""
    taken = Counter(one.visit for one in holdings.live)
    wanted = set(settings.visits) or {str(visit.id) for visit in all_visits}
    return {
        visit.id: visit
        for visit in all_visits
        if str(visit.id) in wanted and visit.capacity > taken[visit.id]
    }


def _assemble(
    call: Call,
    visits: Mapping[uuid.UUID, Visit],
    all_wishes: Sequence[Wish],
    settings: RunSettings,
    seed: str,
    holdings: Holdings,
) -> Built:
    wishes = [one for one in all_wishes if one.visit in visits and one.choice not in holdings.spent]
    known = {wish.person: wish for wish in all_wishes}
    held = [one for one in holdings.live if one.visit in visits and one.person in known]
    # Whoever holds a place without an application takes a seat, and no rule knows them.
    guests = Counter(one.visit for one in holdings.live if one.person not in known)
    elsewhere = Counter(one.person for one in holdings.live if one.visit not in visits)
    taking_part = {one.person for one in wishes} | {one.person for one in held}
    people = {person: known[person] for person in taking_part}
    applications = [*_applications(wishes, settings), *_held_applications(held)]
    instance = {
        "schema": SCHEMA,
        "name": "",
        "seed": seed,
        "max_visits_per_applicant": call.places_per_person,
        "visits": [
            {"id": str(one.id), "capacity": one.capacity - guests[one.id]}
            for one in sorted(visits.values(), key=lambda one: str(one.id))
        ],
        "applicants": sorted(
            (
                _applicant(wish, holdings.earlier, call.places_per_person, elsewhere[wish.person])
                for wish in people.values()
            ),
            key=lambda one: one["id"],
        ),
        "applications": sorted(applications, key=lambda one: (one["applicant"], one["visit"])),
        "rules": sorted(rules_of_run(settings, list(visits.values())), key=lambda one: one["id"]),
        "objective": settings.objective,
        "clashes": clashes(list(visits.values())) if call.places_per_person > 1 else [],
        "pinned": _pinned(settings, applications, held),
        "rank_bonus": list(settings.bonus),
    }
    sources = {
        "choices": sorted([str(one.person), str(one.visit), str(one.choice)] for one in wishes),
        "visits": {str(one.id): one.place for one in visits.values()},
        "held": sorted([str(one.person), str(one.visit)] for one in held),
    }
    return Built(instance, sources)


def _applicant(wish: Wish, earlier: Collection[uuid.UUID], limit: int, held_elsewhere: int) -> dict[str, Any]:
    person: dict[str, Any] = {
        "id": str(wish.person),
        "country": wish.country or None,
        "org": wish.organisation or None,
        "org_type": wish.kind.value if wish.kind else None,
        "newcomer": wish.person not in earlier,
        "gender": None,
    }
    return {**person, "max_visits": max(0, limit - held_elsewhere)} if held_elsewhere else person


def _applications(wishes: Sequence[Wish], settings: RunSettings) -> list[dict[str, Any]]:
    """The wishes with their points. By hand, the organiser lets one take part, or keeps one out."""
    hands = {(one.person, one.visit): one.hand for one in settings.by_hand}
    points = _points(wishes, settings)
    return [
        {
            "applicant": str(wish.person),
            "visit": str(wish.visit),
            "rank": wish.rank,
            "score": points[wish.choice],
            "eligible": _is_eligible(wish, hands.get((str(wish.person), str(wish.visit)))),
        }
        for wish in wishes
    ]


def _is_eligible(wish: Wish, hand: Hand | None) -> bool:
    if hand is Hand.EXCLUDE:
        return False
    return wish.order is not None or hand in {Hand.ADMIT, Hand.PIN}


def _points(wishes: Sequence[Wish], settings: RunSettings) -> dict[uuid.UUID, int]:
    if settings.points is not Points.ORDER:
        return {wish.choice: points_of_mean(wish.mean) for wish in wishes}
    points = {wish.choice: 0 for wish in wishes}
    by_visit: dict[uuid.UUID, list[Wish]] = defaultdict(list)
    for wish in wishes:
        if wish.order:
            by_visit[wish.visit].append(wish)
    for proposed in by_visit.values():
        ordered = sorted(proposed, key=lambda wish: (wish.order, wish.choice))
        points |= {wish.choice: points_of_position(at, len(ordered)) for at, wish in enumerate(ordered)}
    return points


def _held_applications(held: Iterable[Holding]) -> list[dict[str, Any]]:
    """Places that are held count in the group: they stand as granted wishes."""
    return [
        {"applicant": str(one.person), "visit": str(one.visit), "rank": 1, "score": 0, "eligible": True}
        for one in held
    ]


def _pinned(
    settings: RunSettings,
    applications: Sequence[Mapping[str, Any]],
    held: Iterable[Holding],
) -> list[dict[str, str]]:
    known = {(one["applicant"], one["visit"]) for one in applications}
    by_hand = {(one.person, one.visit) for one in settings.by_hand if one.hand is Hand.PIN} & known
    placed = {(str(one.person), str(one.visit)) for one in held}
    return [{"applicant": person, "visit": visit} for person, visit in sorted(by_hand | placed)]

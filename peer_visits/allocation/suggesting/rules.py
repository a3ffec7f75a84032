"""The best group by score that keeps the call's caps, with a reason for everybody in it and everybody passed over."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from peer_visits.allocation.solving import Applicant, Application, Instance, Rule, Visit, solve
from peer_visits.allocation.solving.instance import Attribute
from peer_visits.kernel.text import Phrase, phrase

SECONDS = 8.0
THIS = "visit"


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be in the group; the organisation is folded, empty where it is not told."""

    choice: uuid.UUID
    score: float
    rank: int
    country: str
    organisation: str


@dataclass(frozen=True)
class Caps:
    """How many the group may have of one country, and of one organisation; None is no limit."""

    country: int | None
    organisation: int | None


@dataclass(frozen=True)
class Reasoned:
    """A candidate, and why they are in the group or are not."""

    candidate: Candidate
    reason: Phrase


@dataclass(frozen=True)
class Suggestion:
    """The group in the order of its scores, and whoever has a higher score than its last and is not in it."""

    group: tuple[Reasoned, ...]
    passed_over: tuple[Reasoned, ...]
    is_proven: bool


def suggest_group(
    candidates: Sequence[Candidate], capacity: int, caps: Caps, *, seed: str, seconds: float = SECONDS
) -> Suggestion:
    """As many as there are places for, then the highest sum of scores, then the wishes ranked best."""
    answer = solve(as_instance(candidates, capacity, caps, seed=seed), seconds=seconds)
    chosen = {uuid.UUID(applicant) for applicant, _visit in answer.placements}
    return explain(candidates, chosen, caps, is_proven=answer.status == "optimal")


def as_instance(candidates: Sequence[Candidate], capacity: int, caps: Caps, *, seed: str) -> Instance:
    """The call of one visit that the solver knows. Scores count in whole points."""
    bounds: tuple[tuple[Attribute, int | None], ...] = (
        ("country", caps.country),
        ("org", caps.organisation),
    )
    rules = [
        Rule(id=attribute, kind="max_each", hard=True, attr=attribute, bound=bound)
        for attribute, bound in bounds
        if bound is not None
    ]
    return Instance(
        visits=(Visit(THIS, capacity),),
        applicants=tuple(
            Applicant(str(one.choice), country=one.country or None, org=one.organisation or None)
            for one in candidates
        ),
        applications=tuple(
            Application(str(one.choice), THIS, rank=one.rank, score=round(one.score)) for one in candidates
        ),
        rules=tuple(rules),
        objective=("filled", "score", "rank", "lottery"),
        seed=seed,
    ).canonical()


def explain(
    candidates: Sequence[Candidate], chosen: set[uuid.UUID], caps: Caps, *, is_proven: bool
) -> Suggestion:
    """A reason for everybody in the group, and for everybody passed over for it."""
    ordered = sorted(candidates, key=lambda one: (-one.score, one.rank, str(one.choice)))
    group = [one for one in ordered if one.choice in chosen]
    last = group[-1].score if group else 0.0
    countries = Counter(one.country for one in group)
    organisations = Counter(one.organisation for one in group)
    passed = [one for one in ordered if one.choice not in chosen and one.score > last]
    return Suggestion(
        tuple(Reasoned(one, _why_in(one, ordered.index(one) + 1, passed)) for one in group),
        tuple(Reasoned(one, _why_not(one, countries, organisations, caps)) for one in passed),
        is_proven,
    )


def _why_in(one: Candidate, place: int, passed: Sequence[Candidate]) -> Phrase:
    above = sum(other.score > one.score for other in passed)
    if not above:
        return phrase("Number %(place)s by score.", place=place)
    return phrase(
        "Number %(place)s by score; %(above)s with more points would take the group over a limit.",
        place=place,
        above=above,
    )


def _why_not(
    one: Candidate, countries: Mapping[str, int], organisations: Mapping[str, int], caps: Caps
) -> Phrase:
    if _is_full(one.organisation, organisations, caps.organisation):
        return phrase(
            "The group has %(count)s of this organisation already, as many as the call allows.",
            count=caps.organisation,
        )
    if _is_full(one.country, countries, caps.country):
        return phrase(
            "The group has %(count)s of this country already, as many as the call allows.",
            count=caps.country,
        )
    return phrase("Another choice of people fills more places within the limits.")


def _is_full(value: str, counts: Mapping[str, int], cap: int | None) -> bool:
    return bool(value) and cap is not None and counts[value] >= cap

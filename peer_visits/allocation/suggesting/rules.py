"""The best group by score that keeps the call's caps, with a reason for everybody in it and everybody passed over."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from peer_visits.allocation.solving import Applicant, Application, Instance, Rule, Visit, solve
from peer_visits.allocation.solving.instance import Attribute
from peer_visits.kernel.text import Phrase, phrase
from peer_visits.kernel.work import Cancelled, WorkFailed

SECONDS = 8.0  # somebody waits for it
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
class Question:
    """Which group is best, of these people, for so many places; the seed draws between equals, always the same way."""

    candidates: Sequence[Candidate]
    capacity: int
    caps: Caps
    seed: str

    @property
    def instance(self) -> Instance:
        """The call of one visit that the solver knows. Scores count in whole points."""
        bounds: tuple[tuple[Attribute, int | None], ...] = (
            ("country", self.caps.country),
            ("org", self.caps.organisation),
        )
        return Instance(
            visits=(Visit(THIS, self.capacity),),
            applicants=tuple(
                Applicant(str(one.choice), country=one.country or None, org=one.organisation or None)
                for one in self.candidates
            ),
            applications=tuple(
                Application(str(one.choice), THIS, rank=one.rank, score=round(one.score))
                for one in self.candidates
            ),
            rules=tuple(
                Rule(id=attribute, kind="max_each", hard=True, attr=attribute, bound=bound)
                for attribute, bound in bounds
                if bound is not None
            ),
            objective=("filled", "score", "rank", "lottery"),
            seed=self.seed,
        ).canonical()

    @property
    def digest(self) -> str:
        """The same for the same question: an answer to another one is out of date."""
        return self.instance.digest()


@dataclass(frozen=True)
class Found:
    """The choices that make the group; `is_proven` unless time was up before nothing better could exist."""

    group: frozenset[uuid.UUID]
    is_proven: bool


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


def find_group(
    question: Question, *, seconds: float = SECONDS, cancelled: Callable[[], bool] = lambda: False
) -> Found:
    """As many as there are places for, then the highest sum of scores, then the wishes ranked best.

    Raises WorkFailed where time was up before there was any group, and Cancelled.
    """
    answer = solve(question.instance, seconds=seconds, cancelled=cancelled)
    if answer.status == "cancelled":
        raise Cancelled
    if answer.status not in {"optimal", "feasible"}:
        raise WorkFailed(answer.status)
    group = frozenset(uuid.UUID(applicant) for applicant, _visit in answer.placements)
    return Found(group, answer.status == "optimal")


def explain(question: Question, found: Found) -> Suggestion:
    """A reason for everybody in the group, and for everybody passed over for it."""
    candidates, chosen, caps = question.candidates, found.group, question.caps
    ordered = sorted(candidates, key=lambda one: (-one.score, one.rank, str(one.choice)))
    group = [one for one in ordered if one.choice in chosen]
    last = group[-1].score if group else 0.0
    countries = Counter(one.country for one in group)
    organisations = Counter(one.organisation for one in group)
    passed = [one for one in ordered if one.choice not in chosen and one.score > last]
    return Suggestion(
        tuple(Reasoned(one, _why_in(one, ordered.index(one) + 1, passed)) for one in group),
        tuple(Reasoned(one, _why_not(one, countries, organisations, caps)) for one in passed),
        found.is_proven,
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

"""What deciding a call comes to, as plain values: they outlive the transaction that may be undone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import Phrase, phrase


@dataclass(frozen=True)
class PersonLine:
    """One person in the outcome. `number` is a seat or a position on the waiting list.

    `answer_by` is the end of an offer for this person: it waits for their own working day.
    """

    person_id: str
    name: str
    organisation: str
    country: str
    reason: Phrase
    rank: int | None = None
    number: int | None = None
    answer_by: datetime | None = None


@dataclass(frozen=True)
class VisitOutcome:
    """What happens in one visit. `days` are those that its mails and calendar entries name."""

    slug: str
    title: str
    place: str
    country: str
    capacity: int
    days: str
    answer_by: datetime
    is_left_empty: bool
    offered: tuple[PersonLine, ...]
    waiting: tuple[PersonLine, ...]


@dataclass(frozen=True)
class Letter:
    """A mail as it will be sent."""

    kind: str
    to_name: str
    to_address: str
    subject: str
    text: str
    calendar: str | None = None


@dataclass(frozen=True)
class Outcome:
    """The whole decision: who gets, waits for and does not get a place, and every mail about it.

    `run` is the number of the run it carries out. `gone` people of it have withdrawn since: their places go to whoever
    is next. `is_outdated` says that the run would be given other values now: shortlists, rules or people changed.
    """

    visits: tuple[VisitOutcome, ...]
    refused: tuple[PersonLine, ...]
    gone: int
    run: int
    is_outdated: bool
    letters: tuple[Letter, ...] = field(repr=False)

    @property
    def offers(self) -> int:
        """How many places are offered."""
        return sum(len(visit.offered) for visit in self.visits)

    @property
    def positions(self) -> int:
        """How many positions on waiting lists are given; one person may have several."""
        return sum(len(visit.waiting) for visit in self.visits)

    @property
    def calendar_entries(self) -> int:
        """How many mails bring an entry for the calendar."""
        return sum(letter.calendar is not None for letter in self.letters)

    @property
    def only_waiting(self) -> int:
        """How many people wait somewhere and are offered nothing."""
        offered = {line.person_id for visit in self.visits for line in visit.offered}
        waiting = {line.person_id for visit in self.visits for line in visit.waiting}
        return len(waiting - offered)

    @property
    def seen(self) -> str:
        """A short mark of this outcome for the form: two are equal only if nothing has changed between."""
        mark = {
            "visits": {
                one.slug: [one.title, len(one.offered), len(one.waiting), _digest(_of_visit(one))]
                for one in self.visits
            },
            "refused": [len(self.refused), _digest([line.person_id for line in self.refused])],
        }
        return json.dumps(mark, sort_keys=True, separators=(",", ":"))


class OutcomeChanged(Refused):
    """The decision would not come out as it was shown; `changes` say how."""

    def __init__(self, changes: Sequence[Phrase]) -> None:
        super().__init__(
            phrase("Something changed after this page was made. Nothing has been decided: look again below.")
        )
        self.changes = tuple(changes)


def differences(seen: str, outcome: Outcome) -> list[Phrase]:
    """What is not as it was shown, visit by visit."""
    before, after = _read(seen), _read(outcome.seen)
    lines = [
        _visit_change(before["visits"].get(slug), after["visits"].get(slug))
        for slug in {**before["visits"], **after["visits"]}
        if before["visits"].get(slug) != after["visits"].get(slug)
    ]
    if before["refused"] != after["refused"]:
        lines.append(phrase("People without a place: now %(count)s.", count=len(outcome.refused)))
    return lines


def _visit_change(before: Any, after: Any) -> Phrase:
    title, offers, waiting, _mark = after or before
    if after is None:
        return phrase("%(visit)s: no longer part of this call.", visit=title)
    if before is None or before[1:3] == after[1:3]:
        return phrase("%(visit)s: other people, another order, other days or another deadline.", visit=title)
    return phrase(
        "%(visit)s: %(offers)s offers and %(waiting)s waiting; you saw %(old_offers)s and %(old_waiting)s.",
        visit=title,
        offers=offers,
        waiting=waiting,
        old_offers=before[1],
        old_waiting=before[2],
    )


def _of_visit(visit: VisitOutcome) -> list[Any]:
    offered = [
        (line.person_id, line.number, line.answer_by.isoformat() if line.answer_by else "")
        for line in visit.offered
    ]
    waiting = [(line.person_id, line.number) for line in visit.waiting]
    return [offered, waiting, visit.capacity, visit.days, visit.answer_by.isoformat()]


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:32]


def _read(mark: str) -> dict[str, Any]:
    """A mark as it came back from the form; anything odd is an empty one."""
    try:
        value = json.loads(mark)
        rows = {str(slug): _row(row) for slug, row in value["visits"].items()}
        return {"visits": rows, "refused": value["refused"]}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {"visits": {}, "refused": None}


def _row(row: Any) -> list[Any]:
    title, offers, waiting, digest = row
    return [str(title), int(offers), int(waiting), str(digest)]

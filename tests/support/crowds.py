"""Decided calls with crowds that hold places and wait, put in by the thousand: for races and killed processes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.allocation.solving.instance import SCHEMA
from peer_visits.applications.models import Application, Choice
from peer_visits.applications.states import ApplicationState
from peer_visits.audit.models import AuditLine
from peer_visits.kernel.ids import new_id
from peer_visits.outbox.models import Message
from peer_visits.places.models import Place, WaitingEntry
from peer_visits.places.states import PlaceState
from peer_visits.visits.models import Visit
from tests.support.factories import NOW
from tests.support.places_factories import (
    Story,
    apply_in_order,
    carry_out_run,
    find_choice,
    make_closed_call,
    make_waiting,
)

COUNTRIES = ("FI", "FR", "IT", "PL")
CAP = 2
SEATS = 3
_numbers = count(1)

# By the line that a step leaves in the log, the mail that tells of it.
TOLD = {
    "place.offered": "offer.made",
    "place.accepted": "offer.accepted",
    "place.declined": "offer.declined",
    "place.lapsed": "offer.lapsed",
    "place.withdrawn": "place.given_up",
}


def make_rush(session: Session, visits: int, waiting: int) -> uuid.UUID:
    """A decided call: each visit has three places, two held and one offered, and a cap of two per country.

    Everybody waits for two visits and may hold one place: what happens in one visit changes who may come to another.
    """
    story = make_closed_call(session, *[SEATS] * visits, places_per_person=1, answer_days=7)
    crowd = _Crowd(story, waiting)
    for model, rows in crowd.rows.items():
        session.execute(insert(model), rows)
    carry_out_run(session, story, crowd.instance(), NOW)
    return story.call.id


class _Crowd:
    """The rows of everybody: the first three of each visit hold its places, the others wait there and next door."""

    def __init__(self, story: Story, waiting: int) -> None:
        self.story = story
        self.rows: dict[Any, list[dict[str, Any]]] = {
            model: [] for model in (Person, Application, Choice, Place, WaitingEntry)
        }
        self.wishes: list[dict[str, Any]] = []
        self.waiting = dict.fromkeys((visit.id for visit in story.visits), 0)
        for number, visit in enumerate(story.visits):
            after = story.visits[(number + 1) % len(story.visits)]
            for at in range(waiting + SEATS):
                self._add(at, visit, [visit] if at < SEATS or after is visit else [visit, after])

    def _add(self, at: int, visit: Visit, wanted: Sequence[Visit]) -> None:
        person, application = new_id(), new_id()
        self.rows[Person].append(
            {
                "id": person,
                "name": f"Person {next(_numbers)}",
                "email": f"{person.hex}@example.org",
                "organisation": f"Organisation of {person.hex}",
                "country": COUNTRIES[at % len(COUNTRIES)],
                "created_at": NOW,
            }
        )
        self.rows[Application].append(
            {
                "id": application,
                "call_id": self.story.call.id,
                "person_id": person,
                "state": ApplicationState.SUBMITTED,
                "sent_number": 1,
                "created_at": NOW,
                "saved_at": NOW,
                "submitted_at": NOW,
            }
        )
        for rank, one in enumerate(wanted, start=1):
            choice = new_id()
            key = {"application_id": application, "visit_id": one.id, "rank": rank, "is_sent": True}
            self.rows[Choice].append({"id": choice, **key})
            wish = {"applicant": str(person), "visit": str(one.id), "rank": rank, "eligible": True}
            self.wishes.append({**wish, "score": 100 - at % 100})
            if at < SEATS:
                self._hold(at, person, choice, visit)
            else:
                self.waiting[one.id] += 1
                entry = {"choice_id": choice, "visit_id": one.id, "position": self.waiting[one.id]}
                self.rows[WaitingEntry].append(entry)

    def _hold(self, at: int, person: uuid.UUID, choice: uuid.UUID, visit: Visit) -> None:
        state = PlaceState.OFFERED if at == SEATS - 1 else PlaceState.ACCEPTED
        self.rows[Place].append(
            {
                "id": new_id(),
                "visit_id": visit.id,
                "person_id": person,
                "choice_id": choice,
                "state": state,
                "seat": at + 1,
                "offered_at": NOW - timedelta(days=1),
                "answer_by": NOW + timedelta(days=7),
                "settled_at": None if state is PlaceState.OFFERED else NOW,
            }
        )

    def instance(self) -> Mapping[str, Any]:
        """What the run was given: from it come the caps and the points of everybody who waits."""
        rule = {
            "id": "country",
            "visits": "*",
            "kind": "max_each",
            "hard": True,
            "attr": "country",
            "bound": CAP,
        }
        people = [
            {"id": str(row["id"]), "country": row["country"], "org": str(row["id"])}
            for row in self.rows[Person]
        ]
        return {
            "schema": SCHEMA,
            "name": "rush",
            "seed": "rush",
            "max_visits_per_applicant": 1,
            "visits": [{"id": str(one.id), "capacity": one.capacity} for one in self.story.visits],
            "applicants": people,
            "applications": self.wishes,
            "rules": [rule],
            "objective": ["filled", "score", "lottery"],
            "clashes": [],
            "pinned": [],
            "rank_bonus": [],
        }


def make_crossed_wishes(session: Session) -> tuple[uuid.UUID, list[uuid.UUID]]:
    """Two visits with a free place each, and one person who waits for both and may have one."""
    story = make_closed_call(session, 1, 1, places_per_person=1)
    application = apply_in_order(session, story.call, ann=story.visits)["ann"]
    for visit in story.visits:
        make_waiting(session, visit, application)
        assert find_choice(session, application, visit).visit_id == visit.id
    return story.call.id, [visit.id for visit in story.visits]


def find_untold(session: Session) -> list[str]:
    """Steps of places without exactly one mail each, and mails without their step: by kind, how many of both."""
    steps, mails = (
        {row[0]: row[1] for row in session.execute(select(column, func.count()).group_by(column))}
        for column in (AuditLine.action, Message.kind)
    )
    return [
        f"{steps.get(action, 0)} times {action}, {mails.get(kind, 0)} mails {kind}"
        for action, kind in TOLD.items()
        if steps.get(action, 0) != mails.get(kind, 0)
    ]

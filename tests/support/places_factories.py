"""Closed calls with shortlists, and places, for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.allocation.models import AllocationRun
from peer_visits.allocation.states import RunState
from peer_visits.applications.models import Application, Choice
from peer_visits.calls.models import Call, Programme
from peer_visits.kernel.ids import new_id
from peer_visits.places.models import Place, WaitingEntry
from peer_visits.places.states import LIVE, PlaceState
from peer_visits.shortlist.models import Shortlist
from peer_visits.shortlist.states import Proposal, ShortlistState
from peer_visits.visits.models import Visit
from tests.support.factories import (
    NOW,
    make_application,
    make_call,
    make_organiser,
    make_person,
    make_programme,
    make_visit,
    shortlist_choice,
)


@dataclass(frozen=True)
class Story:
    """A closed call with its organiser and visits."""

    programme: Programme
    call: Call
    organiser: Person
    visits: list[Visit]


def make_closed_call(session: Session, *capacities: int, **values: Any) -> Story:
    """A call that closed yesterday, with a visit for each capacity."""
    programme = make_programme(session)
    defaults = {"opens_at": NOW - timedelta(days=30), "closes_at": NOW - timedelta(days=1)}
    call = make_call(session, programme, **{**defaults, **values})
    visits = [make_visit(session, call, capacity=capacity) for capacity in capacities]
    return Story(programme, call, make_organiser(session, programme), visits)


def apply_in_order(session: Session, call: Call, **wishes: Sequence[Visit]) -> dict[str, Application]:
    """One sent application for each name, with its wishes best first."""
    return {
        name: make_application(session, call, list(visits), make_person(session, name.title()))
        for name, visits in wishes.items()
    }


def person_of(session: Session, application: Application) -> Person:
    """Whose application it is."""
    return session.get_one(Person, application.person_id)


def find_choice(session: Session, application: Application, visit: Visit) -> Choice:
    """The application's choice of the visit."""
    return session.scalars(
        select(Choice).where(Choice.application_id == application.id, Choice.visit_id == visit.id)
    ).one()


def hand_over(
    session: Session,
    visit: Visit,
    shortlisted: Sequence[Application],
    reserve: Sequence[Application] = (),
    *,
    state: ShortlistState = ShortlistState.HANDED_OVER,
) -> None:
    """The host's order of these applications, handed over."""
    handed_over_at = NOW if state is ShortlistState.HANDED_OVER else None
    session.add(Shortlist(visit_id=visit.id, state=state, handed_over_at=handed_over_at))
    for proposal, applications in ((Proposal.SHORTLISTED, shortlisted), (Proposal.RESERVE, reserve)):
        for position, application in enumerate(applications, start=1):
            shortlist_choice(session, find_choice(session, application, visit), proposal, position)
    session.flush()


def make_place(
    session: Session,
    visit: Visit,
    application: Application,
    state: PlaceState = PlaceState.OFFERED,
    seat: int = 1,
) -> Place:
    """A place of the application's person, in any state."""
    place = Place(
        visit_id=visit.id,
        person_id=application.person_id,
        choice_id=find_choice(session, application, visit).id,
        state=state,
        seat=seat if state in LIVE else None,
        offered_at=NOW,
        answer_by=NOW + timedelta(days=7),
        settled_at=None if state is PlaceState.OFFERED else NOW,
    )
    session.add(place)
    session.flush()
    return place


def make_waiting(session: Session, visit: Visit, *applications: Application) -> None:
    """The visit's waiting list, in this order."""
    for position, application in enumerate(applications, start=1):
        choice = find_choice(session, application, visit)
        session.add(WaitingEntry(choice_id=choice.id, visit_id=visit.id, position=position))
    session.flush()


def carry_out_run(session: Session, story: Story, given: Mapping[str, Any], now: datetime) -> None:
    """A run with this instance as its input, carried out an hour ago; the call is decided by it."""
    session.add(
        AllocationRun(
            id=new_id(),
            call_id=story.call.id,
            number=1,
            state=RunState.DONE,
            method="test",
            input=dict(given),
            input_hash="",
            answer={},
            explanation={},
            created_at=now,
            created_by=story.organiser.id,
            started_at=now,
            finished_at=now,
            chosen_at=now,
            applied_at=now,
        )
    )
    story.call.decided_at = story.call.answered_at = now - timedelta(hours=1)
    session.flush()

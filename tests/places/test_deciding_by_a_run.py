"""A decision carries the chosen run out: its places, reasons and rules; and says when the run is old."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.allocation.models import AllocationRun
from peer_visits.applications.models import Application
from peer_visits.kernel.errors import Refused
from peer_visits.places.invariants import find_broken
from peer_visits.places.models import ChoiceReason, Place
from peer_visits.places.outcome import Outcome
from peer_visits.places.services.answering import decline_offer
from peer_visits.places.services.deciding import decide_call
from peer_visits.places.services.undoing import undo_decision
from peer_visits.places.services.withdrawing import withdraw_application
from peer_visits.places.states import LIVE
from peer_visits.storage.transaction import reading, rehearsing, writing
from peer_visits.visits.models import Visit
from tests.support.allocation_factories import cap, plain_settings, run_now
from tests.support.factories import NOW
from tests.support.places_factories import apply_in_order, hand_over, make_closed_call, person_of

ClientOf = Callable[[Person], FlaskClient]
COUNTRIES = {"ann": "FI", "ben": "FI", "cat": "FI", "dan": "SE", "eve": "SE"}


class Scene:
    """Two places; Ann, Ben, Cat, Dan and Eve in the host's order; at most one per country."""

    def __init__(self) -> None:
        with writing() as session:
            self.story = make_closed_call(session, 2)
            [visit] = self.story.visits
            people = apply_in_order(session, self.story.call, **{name: [visit] for name in COUNTRIES})
            for name, application in people.items():
                person_of(session, application).country = COUNTRIES[name]
                application.country = COUNTRIES[name]
            hand_over(session, visit, list(people.values()))
            self.call_id, self.visit_id, self.organiser_id = (
                self.story.call.id,
                visit.id,
                self.story.organiser.id,
            )
            self.slug = self.story.call.slug
            self.people = {name: (one.id, one.person_id) for name, one in people.items()}
        self.run_id = run_now(self.story, plain_settings(cap(1)))

    def decide(self, session: Session, **values: Any) -> Outcome:
        actor = session.get_one(Person, self.organiser_id)
        return decide_call(session, actor=actor, now=NOW, call_id=self.call_id, **values)

    def holders(self, session: Session) -> set[str]:
        held = set(session.scalars(select(Place.person_id).where(Place.state.in_(LIVE))))
        return {name for name, (_application, person) in self.people.items() if person in held}

    def leave(self, session: Session, name: str) -> None:
        application, person = self.people[name]
        withdraw_application(
            session,
            actor=session.get_one(Person, person),
            now=NOW,
            application=session.get_one(Application, application),
        )


@pytest.fixture
def scene(app: Flask, at_now: datetime) -> Scene:
    return Scene()


def test_its_places_and_its_rules(scene: Scene) -> None:
    with writing() as session:
        outcome = scene.decide(session)
        assert (outcome.run, outcome.is_outdated, outcome.gone) == (1, False, 0)
        assert scene.holders(session) == {"ann", "dan"}
        assert session.get_one(AllocationRun, scene.run_id).applied_at == NOW
        assert len(session.scalars(select(ChoiceReason)).all()) == len(COUNTRIES)
        dan = session.scalars(select(Place).where(Place.person_id == scene.people["dan"][1])).one()
        decline_offer(session, actor=session.get_one(Person, dan.person_id), now=NOW, place_id=dan.id)
        assert scene.holders(session) == {"ann", "eve"}, "Ben is before Eve, and Finland has its one place"
        assert find_broken(session) == []


def test_undone_the_run_can_be_carried_out_again(scene: Scene) -> None:
    with writing() as session:
        seen = scene.decide(session).seen
        actor = session.get_one(Person, scene.organiser_id)
        undo_decision(session, actor=actor, now=NOW, call_id=scene.call_id)
        assert session.get_one(AllocationRun, scene.run_id).applied_at is None
        assert session.scalars(select(ChoiceReason)).all() == []
        assert scene.decide(session, seen=seen).run == 1
        assert find_broken(session) == []


def test_who_withdrew_since_is_left_out_and_the_run_is_called_old(scene: Scene) -> None:
    with writing() as session:
        scene.leave(session, "ann")
    with writing() as session:
        outcome = scene.decide(session)
        assert (outcome.gone, outcome.is_outdated) == (1, True)
        assert scene.holders(session) == {"dan"}
        assert find_broken(session) == []


def test_who_came_after_the_run_stops_it(scene: Scene) -> None:
    with writing() as session:
        visit = session.get_one(Visit, scene.visit_id)
        apply_in_order(session, visit.call, late=[visit])
    with pytest.raises(Refused, match="not part of this run: 1"), writing() as session:
        scene.decide(session)


def test_a_visit_that_became_smaller_stops_it(scene: Scene) -> None:
    with writing() as session:
        session.get_one(Visit, scene.visit_id).capacity = 1
    with pytest.raises(Refused, match="fewer places than the run gives"), writing() as session:
        scene.decide(session)


def test_the_page_says_which_run_and_that_it_is_old(scene: Scene, client_of: ClientOf) -> None:
    organiser = reading().get_one(Person, scene.organiser_id)
    client = client_of(organiser)
    page = client.get(f"/organise/calls/{scene.slug}/decide").text
    assert "This carries out run 1 of the allocation." in page
    assert "Something changed since this run was made" not in page
    with writing() as session:
        scene.leave(session, "ben")
    assert (
        "Something changed since this run was made" in client.get(f"/organise/calls/{scene.slug}/decide").text
    )


def test_the_applicant_reads_the_runs_own_sentence(scene: Scene, client_of: ClientOf) -> None:
    with writing() as session:
        scene.decide(session)
    _application, person_id = scene.people["ben"]
    reading().rollback()
    reasons = reading().scalars(select(ChoiceReason.reason)).all()
    page = client_of(reading().get_one(Person, person_id)).get("/applications").text
    assert sum(reason.split(".")[0] in page for reason in reasons) >= 1


def test_a_rehearsal_leaves_the_run_as_it_was(scene: Scene) -> None:
    with rehearsing() as session:
        scene.decide(session)
    assert reading().get_one(AllocationRun, scene.run_id).applied_at is None
    assert isinstance(scene.run_id, uuid.UUID)

"""Random decisions and changes, with the mail sent in between: nothing leaves for what is no longer true.

What is true is judged here anew, from the records alone and not by the product's own reasons: at the moment at which
each mail leaves, and for each that waits after a sweep. `PEER_VISITS_HEAVY=1` plays more stories.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaRelease
from peer_visits.agenda.sweeps import take_agendas_back, tell_newcomers
from peer_visits.applications.models import Application, Choice
from peer_visits.applications.states import ApplicationState
from peer_visits.calls.models import Call, Programme
from peer_visits.kernel import clock
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.mailing.services import hold_all, hold_mail, let_all_go
from peer_visits.outbox.gates import release_where
from peer_visits.outbox.models import MailHold, Message
from peer_visits.outbox.sending import send_due
from peer_visits.outbox.states import WAITING, HeldFor, MessageState
from peer_visits.outbox.sweeps import hold_slipped, tend_waiting
from peer_visits.places.models import Place, WaitingEntry
from peer_visits.places.services.answering import accept_offer, decline_offer, give_up_place
from peer_visits.places.services.deciding import decide_call
from peer_visits.places.services.taking_back import cancel_place, withdraw_offer
from peer_visits.places.services.undoing import release_answers, undo_decision
from peer_visits.places.services.withdrawing import withdraw_application
from peer_visits.places.states import LIVE, PlaceState, WaitingState
from peer_visits.places.sweeps import give_free_places_on, lapse_due_offers, remind_of_offers
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.models import Visit
from tests.agenda.test_sweeps import publish
from tests.support.allocation_factories import work_out
from tests.support.factories import NOW
from tests.support.places_factories import Story, apply_in_order, hand_over, make_closed_call

STORIES, STEPS = (40, 60) if os.environ.get("PEER_VISITS_HEAVY") == "1" else (3, 40)
PEOPLE = ("ann", "ben", "cat", "dan", "eva", "fay")
# What a place has to be for a mail about it to be true.
PLACES = {
    "offer.made": PlaceState.OFFERED,
    "offer.reminder": PlaceState.OFFERED,
    "offer.accepted": PlaceState.ACCEPTED,
    "offer.declined": PlaceState.DECLINED,
    "offer.lapsed": PlaceState.LAPSED,
    "offer.withdrawn": PlaceState.WITHDRAWN,
    "place.given_up": PlaceState.WITHDRAWN,
    "place.given_on": PlaceState.WITHDRAWN,
    "place.cancelled": PlaceState.CANCELLED,
}


def is_true(session: Session, message: Message) -> bool:
    """Whether what the mail tells is so, by the records."""
    if message.kind in PLACES:
        place = session.get(Place, message.about_id)
        return place is not None and place.state is PLACES[message.kind]
    if message.kind in {"application.waiting", "application.refused"}:
        application = session.get_one(Application, message.about_id)
        places, waits = counts_of(session, application)
        call = session.get_one(Call, application.call_id)
        holds = waits > 0 if message.kind == "application.waiting" else places == 0
        return application.state is ApplicationState.SUBMITTED and holds and call.decided_at is not None
    if message.kind == "agenda.published":
        release = session.get_one(AgendaRelease, message.about_id)
        newest = session.scalar(select(func.max(AgendaRelease.number)).filter_by(visit_id=release.visit_id))
        held = select(Place.id).filter_by(
            visit_id=release.visit_id, person_id=message.person_id, state=PlaceState.ACCEPTED
        )
        return newest == release.number and session.scalar(held) is not None
    return True


def counts_of(session: Session, application: Application) -> tuple[int, int]:
    """Live places and waiting positions of an application."""
    choices = select(Choice.id).filter_by(application_id=application.id)
    places = select(func.count(Place.id)).where(Place.choice_id.in_(choices), Place.state.in_(LIVE))
    waits = select(func.count(WaitingEntry.choice_id)).where(
        WaitingEntry.choice_id.in_(choices), WaitingEntry.state == WaitingState.WAITING
    )
    return session.scalar(places) or 0, session.scalar(waits) or 0


def is_fresh(session: Session, message: Message) -> bool:
    """Whether the mail names its reader, address and visit as they are now."""
    if message.kind not in PLACES:
        return True
    person = session.get_one(Person, message.person_id)
    place = session.get_one(Place, message.about_id)
    title = session.get_one(Visit, place.visit_id).title
    reader = (message.to_name, message.to_address) == (person.name, person.email)
    return reader and title in message.text


class Memory:
    """A way out that keeps what it is given, and judges it at that moment."""

    def __init__(self) -> None:
        self.sent: Counter[str] = Counter()
        self.wrong: list[str] = []

    def open(self) -> None:
        """Nothing to open."""

    def deliver(self, ready: Message, _following: Message | None = None) -> None:
        session = reading()
        session.rollback()
        self.sent[ready.kind] += 1
        if not is_true(session, ready):
            self.wrong.append(f"{ready.kind} was not true any more")
        elif not is_fresh(session, ready):
            self.wrong.append(f"{ready.kind} told what was so before")
        session.rollback()

    def close(self) -> None:
        """Nothing to close."""


class Play:
    """One story: a closed call, and whatever anybody may do with it."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.now = NOW
        self.transport = Memory()
        self.done: Counter[str] = Counter()
        with writing() as session:
            self.story = self._begin(session)
            self.call_id, self.programme_id = self.story.call.id, self.story.programme.id
            self.visit_ids = [visit.id for visit in self.story.visits]
            self.organiser_id = self.story.organiser.id
        self.acts: list[Callable[[Session], object]] = [
            *[self.decide] * 4,
            self.undo,
            self.release,
            *[self.accept] * 5,
            *[self.decline] * 2,
            *[self.give_up] * 2,
            self.withdraw_an_offer,
            self.cancel,
            self.withdraw_an_application,
            *[self.rename_a_visit] * 2,
            *[self.rename_a_person] * 2,
            self.switch,
            self.hold_one,
            *[self.let_one_go] * 2,
            *[self.publish] * 2,
        ]

    def _begin(self, session: Session) -> Story:
        story = make_closed_call(session, 1, 2, grace_minutes=15)
        wishes = {name: self.chance.sample(story.visits, k=2) for name in PEOPLE}
        made = list(apply_in_order(session, story.call, **wishes).values())
        for visit in story.visits:
            order = self.chance.sample(made, k=len(made))
            hand_over(session, visit, order[:3], order[3:])
        return story

    def play(self) -> None:
        """A call is decided, answered and accepted; then anything; at the end all that is held may leave."""
        for act in (self.decide, self.release, self.accept, *self.chance.choices(self.acts, k=STEPS)):
            self.step(act)
        with clock.frozen(self.now):
            with writing() as session:
                if session.get(MailHold, self.programme_id):
                    self.switch(session)
                self.let_one_go(session)
            self.sweep()
            send_due(self.transport)

    def step(self, act: Callable[[Session], object]) -> None:
        """Somebody does something, time passes, and workers sweep and send."""
        with clock.frozen(self.now):
            try:
                with writing() as session:
                    act(session)
                self.done[act.__name__] += 1
            except (Refused, Stale, LookupError):
                pass  # it cannot be done as things stand
            if self.chance.random() < 0.7:
                self.sweep()
                self.judge_waiting()
            if self.chance.random() < 0.7:
                send_due(self.transport)
        self.now += self.chance.choice([timedelta(seconds=20), timedelta(minutes=4), timedelta(minutes=20)])
        if self.chance.random() < 0.05:
            self.now += timedelta(days=8)

    def sweep(self) -> None:
        """What time does."""
        for sweep in (lapse_due_offers, give_free_places_on, remind_of_offers):
            sweep(self.now)
        take_agendas_back(self.now)
        tell_newcomers(self.now)
        hold_slipped(self.now)
        tend_waiting(self.now)

    def judge_waiting(self) -> None:
        """After a sweep nothing that waits for a look or a moment is untrue, and what is withdrawn says why."""
        session = reading()
        session.rollback()
        for message in session.scalars(select(Message)):
            is_due = message.state is MessageState.QUEUED and message.not_before <= self.now
            if message.state in WAITING and not is_due:
                assert is_true(session, message), message.kind
                assert is_fresh(session, message), message.kind
            if message.state is MessageState.WITHDRAWN:
                assert message.why
        session.rollback()

    def organiser(self, session: Session) -> Person:
        return session.get_one(Person, self.organiser_id)

    def place(self, session: Session, *states: PlaceState) -> Place:
        """Any place in one of the states. Raises LookupError if there is none."""
        query = (
            select(Place)
            .where(Place.state.in_(states), Place.visit_id.in_(self.visit_ids))
            .options(joinedload(Place.person))
        )
        return self.chance.choice(session.scalars(query.order_by(Place.offered_at, Place.seat)).all())

    def decide(self, session: Session) -> None:
        work_out(session, session.get_one(Call, self.call_id), self.organiser(session))
        decide_call(session, actor=self.organiser(session), now=self.now, call_id=self.call_id)

    def undo(self, session: Session) -> None:
        undo_decision(session, actor=self.organiser(session), now=self.now, call_id=self.call_id)

    def release(self, session: Session) -> None:
        release_answers(session, actor=self.organiser(session), now=self.now, call_id=self.call_id)

    def accept(self, session: Session) -> None:
        place = self.place(session, PlaceState.OFFERED)
        accept_offer(session, actor=place.person, now=self.now, place_id=place.id)

    def decline(self, session: Session) -> None:
        place = self.place(session, PlaceState.OFFERED)
        decline_offer(session, actor=place.person, now=self.now, place_id=place.id)

    def give_up(self, session: Session) -> None:
        place = self.place(session, PlaceState.ACCEPTED)
        give_up_place(session, actor=place.person, now=self.now, place_id=place.id)

    def withdraw_an_offer(self, session: Session) -> None:
        place = self.place(session, PlaceState.OFFERED)
        actor = self.organiser(session)
        withdraw_offer(session, actor=actor, now=self.now, place_id=place.id, explanation="A mistake.")

    def cancel(self, session: Session) -> None:
        place = self.place(session, PlaceState.ACCEPTED)
        actor = self.organiser(session)
        cancel_place(session, actor=actor, now=self.now, place_id=place.id, explanation="The host fell ill.")

    def withdraw_an_application(self, session: Session) -> None:
        query = select(Application).filter_by(call_id=self.call_id, state=ApplicationState.SUBMITTED)
        application = self.chance.choice(session.scalars(query.order_by(Application.id)).all())
        person = session.get_one(Person, application.person_id)
        withdraw_application(session, actor=person, now=self.now, application=application)

    def rename_a_visit(self, session: Session) -> None:
        visit = session.get_one(Visit, self.chance.choice(self.visit_ids))
        visit.called_title = f"Streets for all, part {self.chance.randrange(1000)}"

    def rename_a_person(self, session: Session) -> None:
        query = select(Person).join(Application, Application.person_id == Person.id)
        person = self.chance.choice(session.scalars(query.order_by(Person.id)).all())
        number = self.chance.randrange(10**6)
        person.name, person.email = f"Person Number {number}", f"new{number}@example.org"

    def switch(self, session: Session) -> None:
        programme = session.get_one(Programme, self.programme_id)
        turn = let_all_go if session.get(MailHold, programme.id) else hold_all
        turn(session, actor=self.organiser(session), now=self.now, programme=programme)

    def hold_one(self, session: Session) -> None:
        message = self.chance.choice(session.scalars(select(Message).order_by(Message.id)).all())
        hold_mail(session, actor=self.organiser(session), now=self.now, message=message)

    def let_one_go(self, session: Session) -> None:
        release_where(session, HeldFor.REVIEW)

    def publish(self, session: Session) -> None:
        visit = session.get_one(Visit, self.chance.choice(self.visit_ids))
        number = session.scalar(select(func.max(AgendaRelease.number)).filter_by(visit_id=visit.id)) or 0
        publish(session, visit, self.organiser(session), self.now, day=number)


@pytest.mark.parametrize("seed", range(STORIES))
def test_nothing_leaves_for_what_is_no_longer_true(app: Flask, seed: int) -> None:
    play = Play(seed)
    play.play()
    assert play.transport.wrong == []
    assert play.transport.sent.total() > 5
    assert {"decide", "accept"} <= play.done.keys(), "the story never began"

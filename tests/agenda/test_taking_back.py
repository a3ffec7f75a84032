"""Who gives a place up loses the sessions from their calendar, and who takes one again gets them back.

Random stories of places, sessions and releases, against a plain recomputation: who is written what, and what two
independent parsers make of the parts each person was sent.
"""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaRelease, AgendaSession, AgendaSpeaker
from peer_visits.agenda.queries.releases import find_latest_release
from peer_visits.agenda.queries.sessions import list_sessions
from peer_visits.agenda.releases import content_mark, release_content, released_items
from peer_visits.agenda.services.people import name_key
from peer_visits.agenda.services.publishing import publish_agenda
from peer_visits.agenda.services.sessions import SessionContent, add_session, remove_session
from peer_visits.agenda.states import SessionKind, SpeakerState
from peer_visits.agenda.sweeps import take_agendas_back, tell_new_speakers, tell_newcomers
from peer_visits.audit.models import AuditLine
from peer_visits.kernel import clock
from peer_visits.kernel.errors import Refused
from peer_visits.outbox.models import Message
from peer_visits.outbox.sending import send_due
from peer_visits.outbox.states import MessageState
from peer_visits.places.models import Place
from peer_visits.places.services.answering import accept_offer, give_up_place
from peer_visits.places.services.marking import Guest, mark_place
from peer_visits.places.services.taking_back import cancel_place
from peer_visits.places.states import PlaceKind, PlaceState
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.models import Visit
from tests.agenda.calendars import READERS, Entry, kept_by, published
from tests.support.factories import NOW, make_application, make_person
from tests.support.places_factories import Story, make_closed_call, make_place

PEOPLE = ("Ann", "Ben", "Cat", "Dan")
WALL = datetime(2026, 9, 14, 9, 0)
AGENDA = ("agenda.published", "agenda.removed", "agenda.taken_back", "agenda.speaking")


class Post:
    """A way out that keeps what left: to whom, what kind, and its calendar part."""

    def __init__(self) -> None:
        self.left: list[tuple[str, str, str | None]] = []

    def open(self) -> None:
        """Nothing to open."""

    def deliver(self, message: Message, _following: Message | None = None) -> None:
        if message.kind in AGENDA:
            self.left.append((message.to_address, message.kind, message.calendar))

    def close(self) -> None:
        """Nothing to close."""


@dataclass(frozen=True)
class Known:
    """A release as plain values."""

    number: int
    ids: frozenset[str]
    entries: frozenset[Entry]

    @classmethod
    def of(cls, release: AgendaRelease) -> Known:
        ids = frozenset(item["id"] for item in released_items(release))
        return cls(release.number, ids, frozenset(published(release)))


class Play:
    """Two visits, four people with an offer of the first and, for half of them, a better one in exchange."""

    def __init__(self, seed: int = 0) -> None:
        self.chance, self.now, self.post = random.Random(seed), NOW, Post()
        self.done: Counter[str] = Counter()
        with writing() as session:
            story = make_closed_call(session, 6, 6)
            self.visits, self.host = [one.id for one in story.visits], story.organiser.id
            self.people = {name: self._offer(session, story, name, seat) for seat, name in self._seats()}
        self.acts: list[Callable[[Session], object]] = [
            *[self.accept] * 4,
            *[self.give_up] * 3,
            self.cancel,
            *[self.come_again] * 3,
            *[self.publish] * 4,
            *[self.change] * 3,
        ]

    @staticmethod
    def _seats() -> list[tuple[int, str]]:
        return list(enumerate(PEOPLE, start=1))

    @staticmethod
    def _offer(session: Session, story: Story, name: str, seat: int) -> uuid.UUID:
        person = make_person(session, name)
        application = make_application(session, story.call, story.visits, person)
        first = make_place(session, story.visits[0], application, PlaceState.OFFERED, seat)
        if seat % 2:
            better = make_place(session, story.visits[1], application, PlaceState.OFFERED, seat)
            better.replaces_id = first.id
            better.answer_by = first.answer_by = NOW + timedelta(days=60)
        first.answer_by = NOW + timedelta(days=60)
        return person.id

    def step(self, act: Callable[[Session], object] | None = None, *, tidy: bool = True) -> bool:
        """Somebody does something; `tidy`: then workers sweep and send."""
        act = act or self.chance.choice(self.acts)
        with clock.frozen(self.now):
            try:
                with writing() as session:
                    act(session)
                self.done[act.__name__] += 1
                done = True
            except (Refused, LookupError):
                done = False
            if tidy:
                self.tidy()
        self.now += timedelta(minutes=7)
        return done

    def tidy(self) -> None:
        take_agendas_back(self.now)
        tell_newcomers(self.now)
        tell_new_speakers(self.now)
        send_due(self.post)
        send_due(self.post)

    def actor(self, session: Session) -> Person:
        return session.get_one(Person, self.host)

    def place(self, session: Session, *states: PlaceState) -> Place:
        query = select(Place).where(Place.state.in_(states)).options(joinedload(Place.person))
        # By name and visit, so that a seed tells one story: ids are by chance.
        found = sorted(
            session.scalars(query), key=lambda one: (one.person.name, self.visits.index(one.visit_id))
        )
        return self.chance.choice(found)

    def accept(self, session: Session) -> None:
        place = self.place(session, PlaceState.OFFERED)
        accept_offer(session, actor=place.person, now=self.now, place_id=place.id)

    def give_up(self, session: Session) -> None:
        place = self.place(session, PlaceState.ACCEPTED)
        give_up_place(session, actor=place.person, now=self.now, place_id=place.id)

    def cancel(self, session: Session) -> None:
        place = self.place(session, PlaceState.ACCEPTED)
        actor = self.actor(session)
        cancel_place(session, actor=actor, now=self.now, place_id=place.id, explanation="The host fell ill.")

    def come_again(self, session: Session, name: str = "", at: int | None = None) -> None:
        person = session.get_one(Person, self.people[name or self.chance.choice(PEOPLE)])
        visit = session.get_one(Visit, self.chance.choice(self.visits) if at is None else self.visits[at])
        guest = Guest(person.email, person.name, person.organisation, "")
        kind, actor = PlaceKind.HOST_GUEST, self.actor(session)
        mark_place(session, actor=actor, now=self.now, visit=visit, kind=kind, guest=guest)

    def change(self, session: Session, at: int | None = None) -> None:
        """A session more, one less, or one at another time."""
        visit = session.get_one(Visit, self.chance.choice(self.visits) if at is None else self.visits[at])
        sessions = list_sessions(session, visit.id)
        what = self.chance.choice(("add", "add", "remove", "move")) if sessions else "add"
        if what == "add":
            wall = WALL + timedelta(hours=len(sessions), minutes=self.chance.randrange(60))
            content = SessionContent(SessionKind.WELCOME, f"Session {uuid.uuid4()}", wall, 45)
            add_session(session, actor=self.actor(session), now=self.now, visit=visit, content=content)
            return
        one = self.chance.choice(sessions)
        if what == "remove":
            actor = self.actor(session)
            remove_session(session, actor=actor, now=self.now, visit=visit, item=one, version=one.version)
        elif one.starts_at and one.ends_at:
            one.starts_at, one.ends_at = one.starts_at + timedelta(days=1), one.ends_at + timedelta(days=1)

    def publish(self, session: Session, at: int | None = None) -> AgendaRelease:
        visit = session.get_one(Visit, self.chance.choice(self.visits) if at is None else self.visits[at])
        latest = find_latest_release(session, visit.id)
        seen = content_mark(release_content(list_sessions(session, visit.id), visit))
        after, actor = latest.number if latest else 0, self.actor(session)
        return publish_agenda(session, actor=actor, now=self.now, visit=visit, after=after, seen=seen)

    def holders(self) -> dict[uuid.UUID, set[uuid.UUID]]:
        """Who holds an accepted place, by visit."""
        reading().rollback()
        rows = reading().execute(select(Place.visit_id, Place.person_id).filter_by(state=PlaceState.ACCEPTED))
        found: dict[uuid.UUID, set[uuid.UUID]] = {visit: set() for visit in self.visits}
        for visit_id, person_id in rows:
            found[visit_id].add(person_id)
        return found

    def released(self) -> dict[uuid.UUID, Known | None]:
        found = {visit: find_latest_release(reading(), visit) for visit in self.visits}
        return {visit: Known.of(release) if release else None for visit, release in found.items()}

    def parts_of(self, name: str) -> list[str]:
        email = reading().get_one(Person, self.people[name]).email
        return [part for address, _kind, part in self.post.left if address == email and part]

    def judge_calendars(self) -> None:
        """Everybody's calendar, read by both parsers, is the agendas of the visits they come to, and no more."""
        holders, released = self.holders(), self.released()
        for name, person in self.people.items():
            agendas = [released[visit] for visit in self.visits if person in holders[visit]]
            wanted = {entry for release in agendas if release for entry in release.entries}
            for reader in READERS:
                assert kept_by(reader, self.parts_of(name)) == wanted, (name, reader)
                # In whatever order the mails were taken in.
                assert kept_by(reader, reversed(self.parts_of(name))) == wanted, (name, reader)

    def mails(self, since: int = 0) -> Counter[tuple[uuid.UUID, str]]:
        """How many mails of each kind everybody got."""
        by_address = {reading().get_one(Person, one).email: one for one in self.people.values()}
        return Counter((by_address[address], kind) for address, kind, _part in self.post.left[since:])


def expected(
    before: dict[uuid.UUID, set[uuid.UUID]],
    after: dict[uuid.UUID, set[uuid.UUID]],
    old: dict[uuid.UUID, Known | None],
    new: dict[uuid.UUID, Known | None],
) -> Counter[tuple[uuid.UUID, str]]:
    """Who is to be written what by one act, from who came and what was published before and after it."""
    mails: Counter[tuple[uuid.UUID, str]] = Counter()
    for visit, release in new.items():
        known = old[visit]
        if release and release != known:
            for person in after[visit]:
                mails[person, "agenda.published"] += 1
                mails[person, "agenda.removed"] += bool(known and known.ids - release.ids)
        elif known and known.ids:
            for person in before[visit] - after[visit]:
                mails[person, "agenda.taken_back"] += 1
            for person in after[visit] - before[visit]:
                mails[person, "agenda.published"] += 1
    return +mails


@pytest.mark.parametrize("seed", range(2))
def test_only_people_concerned_are_told_and_their_calendars_say_where_they_go(app: Flask, seed: int) -> None:
    play = Play(seed)
    for _step in range(40):
        before, old, sent = play.holders(), play.released(), len(play.post.left)
        play.step()
        assert play.mails(sent) == expected(before, play.holders(), old, play.released())
        play.judge_calendars()
        reading().rollback()
    assert {"accept", "give_up", "come_again", "publish", "change"} <= play.done.keys()
    assert {"agenda.taken_back", "agenda.published"} <= {kind for _to, kind, _part in play.post.left}


@pytest.mark.parametrize("seed", range(100, 102))
def test_calendars_are_right_however_late_the_sweeps_come(app: Flask, seed: int) -> None:
    play = Play(seed)
    for _round in range(8):
        for _step in range(5):
            play.step(tidy=play.chance.random() < 0.2)
        play.step(lambda _session: None)
        play.judge_calendars()
        reading().rollback()
    assert play.done["give_up"] + play.done["cancel"] > 0


def scene(app: Flask) -> Play:
    """Ann has the agenda of the first visit in her calendar."""
    play = Play()
    play.acts = []
    play.step(lambda session: accept_by(session, play, "Ann"))
    play.step(lambda session: play.change(session, 0))
    play.step(lambda session: play.publish(session, 0))
    return play


def accept_by(session: Session, play: Play, name: str, at: int = 0) -> None:
    place = place_of(session, play, name, at, PlaceState.OFFERED)
    accept_offer(session, actor=place.person, now=play.now, place_id=place.id)


def give_up_by(session: Session, play: Play, name: str, at: int = 0) -> None:
    place = place_of(session, play, name, at, PlaceState.ACCEPTED)
    give_up_place(session, actor=place.person, now=play.now, place_id=place.id)


def place_of(session: Session, play: Play, name: str, at: int, state: PlaceState) -> Place:
    query = select(Place).filter_by(person_id=play.people[name], visit_id=play.visits[at], state=state)
    return session.scalars(query.options(joinedload(Place.person))).one()


def kinds(play: Play) -> list[str]:
    return [kind for _to, kind, _part in play.post.left]


def test_the_mail_says_which_sessions_leave_and_is_written_down(app: Flask) -> None:
    play = scene(app)
    play.step(lambda session: give_up_by(session, play, "Ann"))
    assert kinds(play) == ["agenda.published", "agenda.taken_back"]
    reading().rollback()
    mail = reading().scalars(select(Message).filter_by(kind="agenda.taken_back")).one()
    assert mail.subject.startswith("Your visit to")
    assert mail.subject.endswith("out of your calendar")
    [release] = [one for one in play.released().values() if one]
    assert all(title in mail.text for title, _start, _end in release.entries)
    line = reading().scalars(select(AuditLine).filter_by(action="agenda.taken_back")).one()
    assert line.at == mail.created_at
    assert line.actor_id is None
    assert line.detail == {"number": 1, "sessions": 1}


def test_an_accepted_upgrade_brings_one_agenda_and_takes_the_other(app: Flask) -> None:
    play = scene(app)
    play.step(lambda session: play.change(session, 1))
    play.step(lambda session: play.publish(session, 1))
    play.step(lambda session: accept_by(session, play, "Ann", 1))
    assert sorted(kinds(play)) == ["agenda.published", "agenda.published", "agenda.taken_back"]
    play.judge_calendars()


def test_what_never_left_is_not_taken_back(app: Flask) -> None:
    play = Play()
    play.step(lambda session: accept_by(session, play, "Ann"), tidy=False)
    play.step(lambda session: play.change(session, 0), tidy=False)
    play.step(lambda session: play.publish(session, 0), tidy=False)
    play.step(lambda session: give_up_by(session, play, "Ann"))
    assert kinds(play) == []
    reading().rollback()
    states = reading().scalars(select(Message.state).filter_by(kind="agenda.published")).all()
    assert states == [MessageState.WITHDRAWN]


def test_a_second_sweep_writes_nothing_more_and_a_visit_that_is_over_nothing_at_all(app: Flask) -> None:
    play = scene(app)
    play.step(lambda session: give_up_by(session, play, "Ann"), tidy=False)
    assert take_agendas_back(play.now + timedelta(days=365)) == 0
    assert take_agendas_back(play.now) == 1
    assert take_agendas_back(play.now) == 0
    reading().rollback()
    assert (
        reading().scalar(select(func.count()).select_from(Message).filter_by(kind="agenda.taken_back")) == 1
    )


def test_who_speaks_keeps_their_own_sessions(app: Flask) -> None:
    play = Play()
    play.step(lambda session: accept_by(session, play, "Ann"))
    play.step(lambda session: play.change(session, 0))
    play.step(lambda session: speak(session, play, "Ann"))
    play.step(lambda session: add_one(session, play))
    play.step(lambda session: play.publish(session, 0))
    play.step(lambda session: give_up_by(session, play, "Ann"))
    for _round in range(2):
        reading().rollback()
        release = find_latest_release(reading(), play.visits[0])
        assert release is not None
        own = {item["id"] for item in released_items(release) if item["speaker_ids"]}
        kept = {entry for item, entry in entries(release) if item in own}
        assert len(kept) == 1
        for reader in READERS:
            assert kept_by(reader, play.parts_of("Ann")) == kept
        play.step(lambda session: play.come_again(session, "Ann", 0))
        play.judge_calendars()
        play.step(lambda session: give_up_by(session, play, "Ann"))


def speak(session: Session, play: Play, name: str) -> None:
    """Ann speaks in every session there is."""
    person = session.get_one(Person, play.people[name])
    speaker = AgendaSpeaker(
        visit_id=play.visits[0],
        name=person.name,
        name_key=name_key(person.name),
        email=person.email,
        zone=person.time_zone,
        state=SpeakerState.CONFIRMED,
    )
    for one in session.scalars(select(AgendaSession).filter_by(visit_id=play.visits[0])).unique():
        one.speakers = [speaker]


def add_one(session: Session, play: Play) -> None:
    """A session that nobody speaks in."""
    visit, actor = session.get_one(Visit, play.visits[0]), play.actor(session)
    content = SessionContent(SessionKind.BREAK, "Coffee", WALL + timedelta(hours=5), 15)
    add_session(session, actor=actor, now=play.now, visit=visit, content=content)


def entries(release: AgendaRelease) -> list[tuple[str, Entry]]:
    return [
        (item["id"], (item["title"], item["starts_at"], item["ends_at"])) for item in released_items(release)
    ]

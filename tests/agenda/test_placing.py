"""Moves through the service and the pages: no sequence of them loses a session or hides a clash."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.clashes.values import ClashKind
from peer_visits.agenda.models import AgendaMove, AgendaSession
from peer_visits.agenda.moves import Move, Stand, swapped
from peer_visits.agenda.queries.board import list_on_board
from peer_visits.agenda.queries.clashes import frame_of, list_clashes, slots_of
from peer_visits.agenda.queries.moves import list_latest_moves, logged, stand_of
from peer_visits.agenda.queries.sessions import list_sessions
from peer_visits.agenda.releases import release_content
from peer_visits.agenda.services.placing import move_sessions, undo_move
from peer_visits.agenda.services.plan import find_plan
from peer_visits.agenda.services.sessions import SessionContent, add_session
from peer_visits.agenda.states import SessionKind
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.undoing import next_to_redo, next_to_undo
from peer_visits.storage.transaction import db, reading, writing
from peer_visits.visits.models import Visit
from tests.agenda.clashes.checker import check
from tests.support.factories import make_call, make_host, make_visit
from tests.support.statements import counting

TEN = datetime(2026, 9, 14, 10, 0)


@pytest.fixture
def desk(app: Flask, at_now: datetime, client_of: Callable[[Person], FlaskClient]) -> Desk:
    with writing() as session:
        visit = make_visit(session, make_call(session))
        host, other = make_host(session, visit), make_host(session, visit, "Olga Other")
        for number in range(5):
            content = SessionContent(
                SessionKind.BREAK if number == 4 else SessionKind.WELCOME,
                f"Session {number}",
                TEN + timedelta(hours=number) if number < 3 else None,
                45,
                room="Hall" if number % 2 else "",
                speakers=["Ada"] if number < 2 else [],
            )
            add_session(session, actor=host, now=at_now, visit=visit, content=content)
        ids = visit.id, visit.slug, host.id, other.id
    people = [reading().get_one(Person, one) for one in ids[2:]]
    return Desk(ids[0], ids[1], at_now, *(client_of(one) for one in people))


class Desk:
    """A board with two people at it."""

    def __init__(
        self, visit_id: uuid.UUID, slug: str, now: datetime, host: FlaskClient, other: FlaskClient
    ) -> None:
        self.visit_id, self.slug, self.now, self.host, self.other = visit_id, slug, now, host, other

    def sessions(self) -> dict[str, AgendaSession]:
        reading().rollback()
        return {one.title: one for one in list_sessions(reading(), self.visit_id)}

    def move(self, **fields: str) -> str:
        return self.moved_by(self.host, **fields)

    def moved_by(self, client: FlaskClient, /, **fields: str) -> str:
        page = client.post(f"/agenda/{self.slug}/move", data=fields, headers={"X-Board": "1"})
        assert page.status_code == 200
        return str(page.text)

    def stand(self, title: str) -> Stand:
        return stand_of(self.sessions()[title])


def test_a_session_is_moved_lengthened_and_taken_off(desk: Desk) -> None:
    one = str(desk.sessions()["Session 0"].id)
    page = desk.move(session=one, day="2026-09-15", time="11:20", minutes="70")
    assert "You moved “Session 0”: Tue 15 Sept, 11:20–12:30." in page
    assert desk.stand("Session 0") == Stand(datetime(2026, 9, 15, 11, 20), 70)
    desk.move(session=one, day="")
    assert desk.stand("Session 0") == Stand(None, 70)
    assert desk.sessions()["Session 0"].starts_at is None


def test_undo_and_redo(desk: Desk) -> None:
    one = str(desk.sessions()["Session 0"].id)
    desk.move(session=one, day="2026-09-15", time="11:00")
    first = numbers(desk)[-1]
    assert "You took a move back." in desk.move(undo=str(first))
    assert desk.stand("Session 0") == Stand(TEN, 45)
    desk.move(undo=str(numbers(desk)[-1]))
    assert desk.stand("Session 0").wall == datetime(2026, 9, 15, 11, 0)
    assert "has been taken back already" in desk.move(undo="99")


def numbers(desk: Desk) -> list[int]:
    reading().rollback()
    query = select(AgendaMove.number).where(AgendaMove.visit_id == desk.visit_id).order_by(AgendaMove.number)
    return list(reading().scalars(query))


def test_two_people_who_take_the_same_session_are_told(desk: Desk) -> None:
    item = desk.sessions()["Session 0"]
    seen = f"{item.starts_wall}|{item.minutes}"
    desk.move(session=str(item.id), day="2026-09-15", time="11:00", seen=seen)
    page = desk.moved_by(desk.other, session=str(item.id), day="2026-09-16", time="09:00", seen=seen)
    assert "has been moved by someone else meanwhile" in page
    assert desk.stand("Session 0").wall == datetime(2026, 9, 15, 11, 0)
    other = desk.sessions()["Session 1"]
    desk.moved_by(desk.other, session=str(other.id), day="2026-09-16", time="09:00")
    assert desk.stand("Session 1").wall == datetime(2026, 9, 16, 9, 0)


def test_the_other_sees_what_was_moved_and_oneself_is_told_nothing(desk: Desk) -> None:
    version = find_plan(reading(), reading().get_one(Visit, desk.visit_id)).version
    address = f"/agenda/{desk.slug}/changes?since={version}"
    assert desk.other.get(address).status_code == 204
    item = desk.sessions()["Session 0"]
    desk.move(session=str(item.id), day="2026-09-15", time="11:00")
    news = desk.other.get(address).get_json()
    assert news["lines"] == [str(item.id)]
    assert "moved “Session 0”: Tue 15 Sept, 11:00–11:45." in news["said"][0]
    assert desk.host.get(address).get_json()["said"] == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"day": "2027-03-28", "time": "02:30"}, "The clock skips this time"),
        ({"day": "2026-10-25", "time": "02:30"}, "twice on that day"),
        ({"day": "9999-12-31", "time": "23:59"}, "Check the year"),
        ({"day": "2026-09-14", "time": "25:00"}, "This time cannot be read"),
        ({"day": "tomorrow", "time": "10:00"}, "This time cannot be read"),
        ({"day": "2026-09-14", "time": ""}, "This time cannot be read"),
        ({"day": "2026-09-14", "time": "10:00+02:00"}, "This time cannot be read"),
        ({"day": "2026-09-14", "time": "10:00", "minutes": "0"}, "at least one minute"),
        ({"day": "2026-09-14", "time": "10:00", "minutes": "1441"}, "at most 24 hours"),
        ({"day": "2026-09-14", "time": "10:00", "minutes": "-5"}, "Write a number of minutes"),
        ({"day": "2026-09-14", "time": "10:00", "minutes": "9" * 40}, "Write a number of minutes"),
        ({"session": "x"}, "Choose a session."),
        ({"session": str(uuid.UUID(int=5)), "day": ""}, "has been removed from the agenda meanwhile"),
        ({"shift": "soon"}, "by how many days"),
        ({"shift": "0"}, "by how many days"),
        ({"shift": "99999"}, "by how many days"),
    ],
)
def test_a_move_that_cannot_be_is_told_and_changes_nothing(
    desk: Desk, fields: dict[str, str], words: str
) -> None:
    before = {title: stand_of(one) for title, one in desk.sessions().items()}
    page = desk.move(**{"session": str(desk.sessions()["Session 0"].id), **fields})
    assert words in page
    assert {title: stand_of(one) for title, one in desk.sessions().items()} == before


def test_moving_the_visit_moves_the_whole_agenda_and_back(desk: Desk) -> None:
    with writing() as session:
        visit = session.get_one(Visit, desk.visit_id)
        visit.held_starts_on = visit.held_ends_on = (TEN + timedelta(days=30)).date()
    assert "lies outside the days of the visit" in desk.host.get(f"/agenda/{desk.slug}").text
    desk.move(shift="30")
    assert "lies outside the days of the visit" not in desk.host.get(f"/agenda/{desk.slug}").text
    assert desk.stand("Session 0") == Stand(TEN + timedelta(days=30), 45)
    desk.move(undo=str(numbers(desk)[-1]))
    assert desk.stand("Session 0") == Stand(TEN, 45)


def test_what_would_be_wrong_is_said_while_a_session_is_held(desk: Desk) -> None:
    address = f"/agenda/{desk.slug}/check/{desk.sessions()['Session 1'].id}"
    said = desk.host.get(f"{address}?day=2026-09-14&time=10:15&minutes=30").get_json()["said"]
    assert "Ada speaks elsewhere at this time" in said
    assert desk.host.get(f"{address}?day=2026-09-15&time=16:00").get_json()["said"] == []
    assert desk.host.get(f"{address}?day=2027-03-28&time=02:30").get_json()["said"] != []
    assert desk.host.get(f"{address}?day=x&time=02:30").get_json()["said"] != []


@pytest.mark.parametrize("seed", [1, 2])
def test_no_sequence_of_moves_loses_a_session_or_hides_a_clash(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    ids = [one.id for one in desk.sessions().values()]
    for _step in range(12):
        with writing() as session:
            try_a_move(session, desk, ids, chance)
        sessions = desk.sessions().values()
        assert sorted(one.id for one in sessions) == sorted(ids)
        visit = reading().get_one(Visit, desk.visit_id)
        plan = find_plan(reading(), visit)
        shown = {
            (one.kind.value, frozenset(one.sessions))
            for one in list_clashes(reading(), visit, plan, list(sessions))
            if one.kind is not ClashKind.CLOCKS_APART
        }
        assert shown == check(slots_of(sessions), frame_of(reading(), visit, plan))


def try_a_move(session: Session, desk: Desk, ids: list[uuid.UUID], chance: random.Random) -> None:
    visit = session.get_one(Visit, desk.visit_id)
    actor = session.scalars(select(Person)).all()[0]
    log = logged(list_latest_moves(session, visit))
    one, other = chance.sample(ids, 2)
    wall = chance.choice([None, *(TEN + timedelta(minutes=15 * n) for n in range(-60, 200, 7))])
    act = chance.choice(["move", "move", "move", "swap", "undo", "redo"])
    number = {"undo": next_to_undo(log), "redo": next_to_redo(log)}.get(act)
    try:
        if number:
            undo_move(session, actor=actor, now=desk.now, visit=visit, number=number)
            return
        wanted = swapped(one, other)
        if act != "swap":
            stand = Stand(wall, chance.choice([15, 45, 120, 700]))
            wanted = lambda _board: [Move(one, stand)]  # noqa: E731
        move_sessions(session, actor=actor, now=desk.now, visit=visit, wanted=wanted)
    except Refused:
        pass  # a move that cannot be taken back any more


def test_the_board_asks_as_often_for_many_sessions_as_for_few(desk: Desk, now: datetime) -> None:
    with counting(db.engine) as few:
        desk.host.get(f"/agenda/{desk.slug}")
    add_more(desk, now)
    with counting(db.engine) as many:
        desk.host.get(f"/agenda/{desk.slug}")
    assert len(many) == len(few)


def add_more(desk: Desk, now: datetime) -> None:
    with writing() as session:
        visit, actor = session.get_one(Visit, desk.visit_id), session.scalars(select(Person)).first()
        assert actor is not None
        for number in range(6):
            content = SessionContent(
                SessionKind.WELCOME, f"More {number}", TEN, 30, speakers=[f"Speaker {number}"]
            )
            add_session(session, actor=actor, now=now, visit=visit, content=content)


def answer_to(desk: Desk, **fields: str) -> dict[str, Any]:
    """What the script reads of the answer: the sessions by id, the days, the version."""
    parser = Moved()
    parser.feed(desk.move(**fields))
    return {
        "places": {one["id"]: one for one in json.loads(parser.found["data-places"])},
        "days": json.loads(parser.found["data-days"]),
        "version": int(parser.found["data-version"]),
    }


class Moved(HTMLParser):
    """The attributes of the part that carries where everything stands."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if "data-moved" in named:
            self.found = {name: value or "" for name, value in named.items()}


def test_the_answer_to_a_move_says_where_every_session_stands(desk: Desk) -> None:
    sessions = desk.sessions()
    one, other, waiting = (str(sessions[f"Session {number}"].id) for number in (0, 1, 3))
    answer = answer_to(desk, session=one, day="2026-09-14", time="11:15")
    moved = answer["places"][one]
    assert (moved["wall"], moved["minutes"], moved["time"]) == ("2026-09-14T11:15:00", 45, "11:15–12:00")
    assert moved["classes"] == "at-9 for-3 lane-2 clash"
    assert ["clash-word", "Clash: Ada speaks elsewhere at this time"] in moved["said"]
    assert answer["places"][other]["classes"] == "at-8 for-3 lane-1 clash"
    assert answer["places"][waiting]["classes"] == "waiting"
    assert answer["places"][waiting]["time"] == "45 min"
    assert answer["days"][0]["lanes"] == 2
    assert list(answer["places"]) == [str(one.id) for one in desk.sessions().values()], "in the order shown"
    assert answer["version"] == find_plan(reading(), reading().get_one(Visit, desk.visit_id)).version


def test_the_answer_is_short_and_has_no_page_around_it(desk: Desk) -> None:
    page = desk.move(session=str(desk.sessions()["Session 0"].id), day="2026-09-15", time="11:00")
    assert "<html" not in page
    assert "move-session" not in page


def test_other_words_on_a_card_give_it_another_mark(desk: Desk) -> None:
    one = str(desk.sessions()["Session 0"].id)
    before = answer_to(desk, session=one, day="2026-09-15", time="11:00")["places"]
    with writing() as session:
        session.get_one(AgendaSession, uuid.UUID(one)).title = "Renamed"
    after = answer_to(desk, session=one, day="2026-09-15", time="11:30")["places"]
    assert [name for name in before if before[name]["mark"] != after[name]["mark"]] == [one]


def test_a_move_asks_as_often_for_many_sessions_as_for_few(desk: Desk, now: datetime) -> None:
    one = str(desk.sessions()["Session 0"].id)
    with counting(db.engine) as few:
        desk.move(session=one, day="2026-09-15", time="11:00")
    add_more(desk, now)
    with counting(db.engine) as many:
        desk.move(session=one, day="2026-09-15", time="11:30")
    assert len(many) == len(few)


def test_a_plain_form_is_answered_with_the_page(desk: Desk) -> None:
    fields = {"session": str(desk.sessions()["Session 0"].id), "day": "2026-09-15", "time": "11:00"}
    page = desk.host.post(f"/agenda/{desk.slug}/move", data=fields, follow_redirects=True)
    assert "You moved “Session 0”" in page.text
    assert "move-session" in page.text


def test_what_a_board_shows_are_the_sessions_as_they_are_kept(desk: Desk) -> None:
    shown = list_on_board(reading(), desk.visit_id)
    kept = list_sessions(reading(), desk.visit_id)
    visit = reading().get_one(Visit, desk.visit_id)
    assert slots_of(shown) == slots_of(kept)
    assert release_content(shown, visit) == release_content(kept, visit)

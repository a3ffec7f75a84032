"""Suggested times in the browser's terms: asked for, found beside the requests, looked at, taken, undone."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from peer_visits.accounts.models import Person
from peer_visits.agenda.background import work_off_searches
from peer_visits.agenda.models import AgendaSession
from peer_visits.agenda.queries.sessions import list_sessions
from peer_visits.agenda.services.searching import SEARCHES
from peer_visits.agenda.services.sessions import SessionContent, add_session
from peer_visits.agenda.states import SessionKind
from peer_visits.kernel import clock
from peer_visits.kernel.work import WorkFailed
from peer_visits.storage.leases import LEASE, MOST_ATTEMPTS
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.models import Visit
from tests.support.factories import make_call, make_host, make_visit

NINE = datetime(2026, 9, 14, 9)


@dataclass
class Desk:
    """A visit of two days whose host has three sessions without a time."""

    slug: str
    visit_id: uuid.UUID
    host: FlaskClient
    other: FlaskClient

    def sessions(self) -> Sequence[AgendaSession]:
        reading().rollback()
        return list_sessions(reading(), self.visit_id)

    def ids(self) -> list[str]:
        return [str(one.id) for one in self.sessions() if one.starts_at is None]

    @property
    def address(self) -> str:
        return f"/agenda/{self.slug}/suggest"

    def ask(self, **data: Any) -> TestResponse:
        return self.host.post(self.address, data=data)

    def look_for(self, *sessions: str) -> TestResponse:
        """Ask, let a worker do it, and look."""
        assert self.ask(session=list(sessions) or self.ids()).status_code == 302
        assert work_off_searches(NINE) == 1
        return self.host.get(self.address)

    def progress(self) -> dict[str, Any]:
        return dict(self.host.get(f"/agenda/{self.slug}/search/times").get_json())


@pytest.fixture
def desk(app: Flask, at_now: datetime, client_of: Callable[[Person], FlaskClient]) -> Desk:
    with writing() as session:
        call = make_call(session)
        visit, foreign = make_visit(session, call), make_visit(session, call)
        visit.announced_starts_on, visit.announced_ends_on = date(2026, 9, 14), date(2026, 9, 15)
        host, other = make_host(session, visit), make_host(session, foreign)
        for title, kind in (
            ("Planning", SessionKind.TRANSFER_PLANNING),
            ("Welcome", SessionKind.WELCOME),
            ("Talk", SessionKind.EXPERT_INPUT),
        ):
            content = SessionContent(kind=kind, title=title, wall=None, minutes=30)
            add_session(session, actor=host, now=at_now, visit=visit, content=content)
        slug, visit_id, ids = visit.slug, visit.id, (host.id, other.id)
    people = [reading().get_one(Person, one) for one in ids]
    return Desk(slug, visit_id, client_of(people[0]), client_of(people[1]))


def proposed(answer: TestResponse) -> list[str]:
    return re.findall(r'name="move" value="([^"]+)"', answer.text)


def test_times_are_looked_at_taken_and_undone(desk: Desk) -> None:
    assert "Suggest times" in desk.host.get(f"/agenda/{desk.slug}").text
    assert "Which sessions?" in desk.host.get(f"/agenda/{desk.slug}/suggest").text
    answer = desk.look_for()
    assert answer.status_code == 200
    assert "Proven: nothing better is possible" in answer.text
    moves = proposed(answer)
    assert len(moves) == 3
    assert all(one.starts_at is None for one in desk.sessions())  # looking changes nothing
    taken = desk.ask(take="1", move=moves)
    assert taken.status_code == 302
    assert [one.title for one in desk.sessions()] == ["Welcome", "Talk", "Planning"]
    assert all(one.starts_at for one in desk.sessions())
    board = desk.host.get(f"/agenda/{desk.slug}").text
    number = re.search(r'name="undo" value="(\d+)"', board)
    assert number
    desk.host.post(f"/agenda/{desk.slug}/move", data={"undo": number[1]})
    assert all(one.starts_at is None for one in desk.sessions())


def test_the_same_agenda_gets_the_same_times(desk: Desk) -> None:
    assert proposed(desk.look_for()) == proposed(desk.look_for())


def test_only_chosen_sessions_are_placed(desk: Desk) -> None:
    chosen = desk.ids()[:1]
    moves = proposed(desk.look_for(*chosen))
    assert [move.split("|")[0] for move in moves] == chosen


@pytest.mark.parametrize("sent", [{}, {"session": ["x", ""]}])
def test_without_a_session_it_says_what_to_do(desk: Desk, sent: dict[str, Any]) -> None:
    answer = desk.ask(**sent)
    assert answer.status_code == 422
    assert "Choose at least one session." in answer.text


@pytest.mark.parametrize("move", ["", "x", "x|y|z", "||", f"{uuid.UUID(int=1)}|2026-09-14T09:00:00|x"])
def test_moves_that_cannot_be_read_are_told(desk: Desk, move: str) -> None:
    answer = desk.ask(take="1", move=[move], session=desk.ids())
    assert answer.status_code == 422
    assert "cannot be read" in answer.text
    assert all(one.starts_at is None for one in desk.sessions())


def test_nothing_is_moved_that_was_placed_meanwhile(desk: Desk) -> None:
    moves = proposed(desk.look_for())
    first = desk.ids()[0]
    placed = {"session": first, "day": "2026-09-15", "time": "16:00", "minutes": "30"}
    desk.host.post(f"/agenda/{desk.slug}/move", data=placed)
    answer = desk.ask(take="1", move=moves, session=desk.ids())
    assert answer.status_code == 422
    assert "moved by someone else meanwhile" in answer.text
    assert [str(one.id) for one in desk.sessions() if one.starts_at] == [first]


def test_what_got_a_time_meanwhile_is_no_longer_proposed(desk: Desk) -> None:
    desk.look_for()
    first = desk.ids()[0]
    placed = {"session": first, "day": "2026-09-15", "time": "16:00", "minutes": "30"}
    desk.host.post(f"/agenda/{desk.slug}/move", data=placed)
    page = desk.host.get(desk.address)
    assert "The agenda has changed since" in page.text
    assert len(proposed(page)) == 2
    assert first not in str(proposed(page))


def test_the_page_waits_and_says_how_far_it_is(desk: Desk) -> None:
    desk.ask(session=desk.ids())
    page = desk.host.get(desk.address).text
    assert "Times are being looked for" in page
    assert "It waits for its turn." in page
    assert desk.progress() == {"over": False, "words": "It waits for its turn."}
    with writing() as session:
        assert SEARCHES.claim(session, now=clock.now())
    assert desk.progress()["words"].startswith("At work.")
    with writing() as session:
        assert SEARCHES.claim(session, now=clock.now()) is None  # one worker has it
        assert SEARCHES.claim(session, now=clock.now() + 2 * LEASE)  # and may have died
    assert desk.host.get(f"/agenda/{desk.slug}/search/other").status_code == 404


def test_a_search_that_fails_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: Any, **_more: Any) -> None:
        raise WorkFailed("out of memory")

    monkeypatch.setattr("peer_visits.agenda.background.suggest", fail)
    assert "could not be worked out" in desk.look_for().text
    assert desk.progress()["over"]
    monkeypatch.undo()
    assert len(proposed(desk.look_for())) == 3


def test_a_search_that_costs_three_workers_their_life_is_given_up(desk: Desk) -> None:
    desk.ask(session=desk.ids())
    for number in range(MOST_ATTEMPTS + 1):
        with writing() as session:
            claim = SEARCHES.claim(session, now=clock.now() + 2 * number * LEASE)
        assert (claim is None) is (number == MOST_ATTEMPTS)
    assert "interrupted three times" in desk.host.get(desk.address).text


def test_a_worker_that_is_told_to_end_gives_its_search_back_as_if_it_had_not_had_it(desk: Desk) -> None:
    desk.ask(session=desk.ids())
    for _worker in range(MOST_ATTEMPTS + 1):
        with writing() as session:
            claim = SEARCHES.claim(session, now=clock.now())
        assert claim
        with writing() as session:
            assert SEARCHES.let_go(session, claim)
            assert not SEARCHES.let_go(session, claim), "no longer in its hands"
    assert desk.progress()["words"] == "It waits for its turn."


def test_who_asks_anew_takes_the_place_of_a_search_under_way(desk: Desk) -> None:
    desk.ask(session=desk.ids())
    with writing() as session:
        claim = SEARCHES.claim(session, now=clock.now())
    assert claim
    newer = desk.ids()[:1]
    desk.ask(session=newer)
    with writing() as session:
        late = {"moves": [], "is_proven": True, "discomfort": 0}
        assert not SEARCHES.finish(session, claim, late)
    assert work_off_searches(NINE) == 1
    assert [move.split("|")[0] for move in proposed(desk.host.get(desk.address))] == newer


def test_a_worker_that_is_told_to_end_leaves_the_search_to_another(desk: Desk) -> None:
    desk.ask(session=desk.ids())
    looks = iter([False])
    assert work_off_searches(NINE, lambda: next(looks, True)) == 0
    assert desk.progress() == {"over": False, "words": "It waits for its turn."}
    assert work_off_searches(NINE) == 1


def test_without_dates_it_says_what_is_missing(desk: Desk) -> None:
    with writing() as session:
        visit = session.get_one(Visit, desk.visit_id)
        visit.announced_starts_on = visit.announced_ends_on = None
    assert "The visit has no dates yet" in desk.host.get(f"/agenda/{desk.slug}/suggest").text


def test_hosts_of_other_visits_find_nothing(desk: Desk) -> None:
    assert desk.other.get(f"/agenda/{desk.slug}/suggest").status_code == 404
    assert desk.other.post(f"/agenda/{desk.slug}/suggest").status_code == 404
    assert desk.other.get(f"/agenda/{desk.slug}/search/times").status_code == 404

"""Breakout groups of a visit: made, kept, shown; who is pinned, away, new or gone."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select
from werkzeug.test import TestResponse

from peer_visits.accounts.models import Person
from peer_visits.agenda.background import work_off_searches
from peer_visits.agenda.breaking_out import Wish, make_question, own_group, worth_of
from peer_visits.agenda.mixing import Person as Mixed
from peer_visits.agenda.mixing.child import mix_apart
from peer_visits.agenda.models import AgendaSession
from peer_visits.agenda.queries.breakouts import list_breakout_sessions
from peer_visits.agenda.releases import changes_between, release_content
from peer_visits.agenda.services.sessions import SessionContent, add_session
from peer_visits.agenda.states import SessionKind
from peer_visits.kernel import clock
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.work import WorkFailed
from peer_visits.outbox.models import Message
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.models import HostMember, Visit
from tests.support.factories import make_application, make_call, make_host, make_person, make_visit
from tests.support.places_factories import make_place

COUNTRIES = ["IT", "FR", "FI"]


def test_a_wish_is_kept_as_it_was() -> None:
    wish = Wish(3, {"a": 2}, frozenset({("s", "a"), ("t", "b")}))
    assert Wish.from_json(wish.to_json()) == wish
    assert Wish.from_json({}) == Wish()


def test_pins_that_do_not_fit_are_refused_with_their_numbers() -> None:
    people = [Mixed(name) for name in "abcd"]
    with pytest.raises(Refused, match="3 people are to be in group 1, which holds 2"):
        make_question(people, ["s"], Wish(2, dict.fromkeys("abc", 1)))


def test_people_who_are_gone_count_nowhere() -> None:
    people = [Mixed(name) for name in "abcd"]
    question = make_question(people, ["s", "t"], Wish(2, {"gone": 1}, frozenset({("s", "gone"), ("x", "a")})))
    assert (question.pins, question.absences) == ((), ())
    groups = [["a", "gone"], ["b", "c", "d"]]
    worth = worth_of(question, [groups, groups])
    assert (worth.repeats, worth.is_least) == (3, False)
    assert own_group(groups, "gone") == 1
    assert own_group(groups, "nobody") is None


@dataclass
class Desk:
    """A visit with six participants and two breakout sessions."""

    slug: str
    visit_id: uuid.UUID
    host: FlaskClient
    other: FlaskClient

    @property
    def address(self) -> str:
        return f"/agenda/{self.slug}/breakouts"

    def sessions(self) -> Sequence[AgendaSession]:
        reading().rollback()
        return list_breakout_sessions(reading(), self.visit_id)

    def people(self) -> list[str]:
        reading().rollback()
        query = select(Place.person_id).where(Place.visit_id == self.visit_id).order_by(Place.person_id)
        return [str(one) for one in reading().scalars(query)]

    def ask(self, **data: Any) -> TestResponse:
        return self.host.post(self.address, data={"groups": "3", **data})

    def make(self, **data: Any) -> TestResponse:
        """Ask, and let a worker do it."""
        answer = self.ask(**data)
        assert work_off_searches(clock.now()) == (answer.status_code == 302)
        return answer


@pytest.fixture
def desk(app: Flask, at_now: datetime, client_of: Callable[[Person], FlaskClient]) -> Desk:
    with writing() as session:
        call = make_call(session)
        visit, foreign = make_visit(session, call), make_visit(session, call)
        host, other = make_host(session, visit), make_host(session, foreign)
        for number in range(6):
            person = make_person(session, f"Guest {number}")
            person.country = COUNTRIES[number // 2]
            application = make_application(session, call, [visit], person)
            make_place(session, visit, application, PlaceState.ACCEPTED, number + 1)
        for title, wall in (("First round", datetime(2026, 9, 14, 10)), ("Second round", None)):
            content = SessionContent(kind=SessionKind.BREAKOUT, title=title, wall=wall, minutes=45)
            add_session(session, actor=host, now=at_now, visit=visit, content=content)
        slug, visit_id, ids = visit.slug, visit.id, (host.id, other.id)
    people = [reading().get_one(Person, one) for one in ids]
    return Desk(slug, visit_id, client_of(people[0]), client_of(people[1]))


def test_groups_are_made_kept_and_shown(desk: Desk) -> None:
    assert "Make groups" in desk.host.get(desk.address).text
    assert desk.make().status_code == 302
    for one in desk.sessions():
        assert sorted(person for group in one.groups for person in group) == desk.people()
        assert [len(group) for group in one.groups] == [2, 2, 2]
    page = desk.host.get(desk.address).text
    assert "As few meet again as possible" in page
    assert len(re.findall(r"<h3>Group \d</h3>", page)) == 6
    assert "0 pairs of one country share a group" in page


def test_pins_and_absences_hold_and_are_shown_again(desk: Desk) -> None:
    first, second = desk.people()[:2]
    session = desk.sessions()[0].id
    desk.make(**{f"pin-{first}": "2", "away": [f"{session}|{second}", "x|y"]})
    one, other = desk.sessions()
    assert all(own_group(each.groups, first) == 2 for each in (one, other))
    assert own_group(one.groups, second) is None
    assert own_group(other.groups, second) is not None
    page = desk.host.get(desk.address).text
    assert re.search(rf'value="{session}\|{second}"[^>]* checked', page)
    assert "no group yet" not in page


def test_groups_are_a_change_of_the_next_release(desk: Desk) -> None:
    before = release_content(desk.sessions())
    desk.make()
    after = release_content(desk.sessions())
    assert before != after
    assert all(person not in str(after) for person in desk.people())  # what is public names nobody
    kept = type("Kept", (), {"content": before})()
    assert [one.item["title"] for one in changes_between(kept, after)] == ["First round"]


def test_who_comes_later_is_named_and_who_goes_disappears(desk: Desk) -> None:
    desk.make()
    with writing() as session:
        visit = session.get_one(Visit, desk.visit_id)
        late = make_person(session, "Lena Late")
        make_place(
            session, visit, make_application(session, visit.call, [visit], late), PlaceState.ACCEPTED, 7
        )
        gone = session.scalars(select(Place).where(Place.seat == 1, Place.visit_id == visit.id)).one()
        name = session.get_one(Person, gone.person_id).name
        session.delete(gone)
    page = desk.host.get(desk.address).text
    assert "1 person has no group yet" in page
    assert "Lena Late. Make the groups again." in page
    assert name not in page


@pytest.mark.parametrize(
    ("groups", "words"),
    [("", "from 1 to 60"), ("0", "from 1 to 60"), ("99", "from 1 to 60"), ("x", "")],
)
def test_a_number_that_cannot_be_is_told(desk: Desk, groups: str, words: str) -> None:
    answer = desk.make(groups=groups)
    assert answer.status_code == 422
    assert words in answer.text
    assert all(one.groups == [] for one in desk.sessions())


def test_too_many_pins_are_told_and_kept_in_the_form(desk: Desk) -> None:
    pins = {f"pin-{one}": "1" for one in desk.people()[:3]}
    answer = desk.make(**pins)
    assert answer.status_code == 422
    assert "3 people are to be in group 1, which holds 2" in answer.text
    assert len(re.findall(r'<option value="1" selected>', answer.text)) == 3


def test_the_page_waits_with_what_was_wished_for(desk: Desk) -> None:
    first = desk.people()[0]
    desk.ask(**{f"pin-{first}": "2"})
    page = desk.host.get(desk.address).text
    assert "Groups are being made" in page
    assert re.search(rf'name="pin-{first}".*?<option value="2" selected>', page, re.DOTALL)
    assert all(one.groups == [] for one in desk.sessions())


def test_a_search_that_fails_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: Any, **_more: Any) -> None:
        raise WorkFailed("out of memory")

    monkeypatch.setattr("peer_visits.agenda.background.mix_apart", fail)
    desk.make()
    assert "could not be made" in desk.host.get(desk.address).text


def test_groups_for_sessions_that_are_others_by_now_are_not_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(*given: Any, **more: Any) -> Any:
        with writing() as session:
            visit = session.get_one(Visit, desk.visit_id)
            content = SessionContent(kind=SessionKind.BREAKOUT, title="Third", wall=None, minutes=45)
            host = session.scalars(
                select(Person).join(HostMember).where(HostMember.visit_id == visit.id)
            ).first()
            assert host
            add_session(session, actor=host, now=clock.now(), visit=visit, content=content)
        return mix_apart(*given, **more)

    monkeypatch.setattr("peer_visits.agenda.background.mix_apart", meanwhile)
    desk.make()
    assert all(one.groups == [] for one in desk.sessions())
    assert "changed" in desk.host.get(desk.address).text


def test_hosts_of_other_visits_find_nothing(desk: Desk) -> None:
    assert desk.other.get(desk.address).status_code == 404
    assert desk.other.post(desk.address, data={"groups": "3"}).status_code == 404


def test_everybody_gets_their_own_group_into_their_calendar_and_nobody_a_name(desk: Desk) -> None:
    desk.make()
    [first, _second] = desk.sessions()
    page = desk.host.get(f"/agenda/{desk.slug}/publish").text
    mark = re.search(r'name="seen" value="(\w+)"', page)
    assert mark
    desk.host.post(f"/agenda/{desk.slug}/publish", data={"after": "0", "seen": mark[1]})
    reading().rollback()
    mails = reading().scalars(select(Message).where(Message.kind == "agenda.published")).all()
    assert len(mails) == 6
    for mail in mails:
        calendar = Calendar.from_ical(mail.calendar or "")
        [event] = calendar.walk("VEVENT")
        number = own_group(first.groups, str(mail.person_id))
        assert str(event["DESCRIPTION"]).startswith(f"Your group: {number} of 3")
        others = re.findall(r"Guest \d", str(event["DESCRIPTION"]))
        assert others == []


def test_made_again_they_are_published_again(desk: Desk) -> None:
    desk.make()
    before = release_content(desk.sessions())
    desk.make()
    assert release_content(desk.sessions()) == before  # the same people get the same groups
    desk.make(groups="2")
    assert release_content(desk.sessions()) != before

"""Giving and taking roles: who may, for what, and that a role counts and ends at once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from peer_visits.accounts.models import Person
from peer_visits.audit.models import AuditLine
from peer_visits.calls.models import ProgrammeOrganiser
from peer_visits.library.models import AnalyticalDocument, DocumentAuthor
from peer_visits.library.states import DocumentState
from peer_visits.outbox.models import Message
from peer_visits.storage.base import Identified
from peer_visits.storage.transaction import db, reading, writing
from peer_visits.visits.models import HostMember, Visit
from peer_visits.visits.states import HostRole
from tests.support.factories import (
    make_call,
    make_host,
    make_organiser,
    make_person,
    make_programme,
    make_visit,
)
from tests.support.statements import counting


@dataclass
class Room:
    """Two programmes with a visit and an organiser each, an administrator, and Nora who has no role."""

    client_of: Callable[[Person], FlaskClient]
    ids: dict[str, uuid.UUID] = field(default_factory=dict)
    slug: str = ""

    def person(self, who: str) -> Person:
        reading().rollback()
        return reading().get_one(Person, self.ids[who])

    def browser(self, who: str) -> FlaskClient:
        return self.client_of(self.person(who))

    def what(self, role: str, of: str = "") -> str:
        return f"{role}:{self.ids[of]}" if of else role

    def give(self, giver: str, what: str, email: str | None = None) -> TestResponse:
        data = {"email": self.person("nora").email if email is None else email, "what": what}
        return self.browser(giver).post("/roles/grant", data=data)

    def take(self, taker: str, what: str, who: str = "nora", *, follow: bool = False) -> TestResponse:
        data = {"person": str(self.ids[who]), "what": what}
        return self.browser(taker).post("/roles/revoke", data=data, follow_redirects=follow)

    def mails(self) -> list[str]:
        reading().rollback()
        return list(reading().scalars(select(Message.kind).order_by(Message.created_at, Message.kind)))

    def holds(self, model: type[HostMember | ProgrammeOrganiser | DocumentAuthor], of: str) -> bool:
        reading().rollback()
        return reading().get(model, (self.ids[of], self.ids["nora"])) is not None


@pytest.fixture
def room(app: Flask, at_now: datetime, client_of: Callable[[Person], FlaskClient]) -> Room:
    with writing() as session:
        ours, theirs = make_programme(session), make_programme(session)
        visit = make_visit(session, make_call(session, ours))
        made: dict[str, Identified] = {
            "programme": ours,
            "visit": visit,
            "foreign programme": theirs,
            "foreign visit": make_visit(session, make_call(session, theirs)),
            "organiser": make_organiser(session, ours),
            "other organiser": make_organiser(session, theirs),
            "administrator": make_person(session, "Adam Administrator", is_administrator=True),
            "nora": make_person(session, "Nora New"),
        }
        return Room(client_of, {name: one.id for name, one in made.items()}, visit.slug)


def test_an_administrator_makes_and_unmakes_an_organiser(room: Room) -> None:
    what = room.what("organiser", "programme")
    assert room.browser("nora").get("/organise").status_code == 403
    assert room.give("administrator", what).status_code == 302
    assert room.holds(ProgrammeOrganiser, "programme")
    assert room.browser("nora").get("/organise").status_code == 200
    assert room.take("administrator", what).status_code == 302
    assert not room.holds(ProgrammeOrganiser, "programme")
    assert room.browser("nora").get("/organise").status_code == 403
    assert room.mails() == ["role.given", "role.taken"]


def test_what_was_given_is_in_the_log(room: Room) -> None:
    room.give("administrator", room.what("organiser", "programme"))
    [entry] = reading().scalars(select(AuditLine).where(AuditLine.action == "role.given"))
    assert (entry.actor_id, entry.programme_id) == (room.ids["administrator"], room.ids["programme"])


def test_an_administrator_names_another_one(room: Room) -> None:
    assert room.give("administrator", "administrator").status_code == 302
    assert room.person("nora").is_administrator
    assert room.take("nora", "administrator", "administrator").status_code == 302
    assert not room.person("administrator").is_administrator


def test_the_last_administrator_stays(room: Room) -> None:
    answer = room.take("administrator", "administrator", "administrator", follow=True)
    assert "The last administrator cannot be removed." in answer.text
    assert room.person("administrator").is_administrator
    assert room.mails() == []


@pytest.mark.parametrize("role", HostRole)
def test_an_organiser_makes_a_host_of_an_own_visit(room: Room, role: HostRole) -> None:
    assert room.give("organiser", room.what(role.value, "visit")).status_code == 302
    member = reading().get_one(HostMember, (room.ids["visit"], room.ids["nora"]))
    assert member.role is role
    assert room.browser("nora").get(f"/host/{room.slug}").status_code == 200


def test_a_reviewer_becomes_the_lead_and_has_one_role(room: Room) -> None:
    room.give("organiser", room.what("reviewer", "visit"))
    assert room.give("organiser", room.what("lead", "visit")).status_code == 302
    reading().rollback()
    [member] = reading().scalars(select(HostMember).where(HostMember.person_id == room.ids["nora"]))
    assert member.role is HostRole.LEAD


def test_a_role_somebody_does_not_have_is_not_taken(room: Room) -> None:
    room.give("organiser", room.what("lead", "visit"))
    answer = room.take("organiser", room.what("reviewer", "visit"), follow=True)
    assert "Nora New does not have this role any more." in answer.text
    assert room.holds(HostMember, "visit")


def test_the_author_of_a_visit_owes_one_document(room: Room) -> None:
    what = room.what("author", "visit")
    assert room.give("organiser", what).status_code == 302
    room.take("organiser", what)
    with writing() as session:
        session.execute(Message.__table__.delete())  # type: ignore[attr-defined]
    room.give("organiser", what)
    [document] = reading().scalars(select(AnalyticalDocument))
    assert (document.state, document.visit_id) == (DocumentState.OWED, room.ids["visit"])
    assert room.browser("nora").get(f"/documents/{document.id}").status_code == 200


@pytest.mark.parametrize("role", ["lead", "reviewer", "author"])
def test_nobody_gives_a_role_in_a_visit_that_is_not_theirs(room: Room, role: str) -> None:
    for giver in ("organiser", "administrator"):
        answer = room.give(giver, room.what(role, "foreign visit"))
        assert answer.status_code in {404, 422}
    assert not room.holds(HostMember, "foreign visit")
    assert not room.holds(DocumentAuthor, "foreign visit")
    assert room.mails() == []


def test_nobody_takes_a_role_in_a_visit_that_is_not_theirs(room: Room) -> None:
    room.give("other organiser", room.what("lead", "foreign visit"))
    for taker in ("organiser", "administrator"):
        assert room.take(taker, room.what("lead", "foreign visit")).status_code == 404
    assert room.holds(HostMember, "foreign visit")


@pytest.mark.parametrize("what", [("administrator", ""), ("organiser", "programme")])
def test_an_organiser_makes_no_organiser_and_no_administrator(room: Room, what: tuple[str, str]) -> None:
    assert room.give("organiser", room.what(*what)).status_code == 422
    assert room.take("organiser", room.what(*what)).status_code == 403
    assert room.mails() == []


@pytest.mark.parametrize(
    "email", ["nobody@example.org", "", "nora", "nora\x00@example.org", "x" * 400 + "@example.org"]
)
def test_an_address_without_an_account_is_told_and_kept(room: Room, email: str) -> None:
    answer = room.give("organiser", room.what("lead", "visit"), email)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    if email == "nobody@example.org":
        assert "Ask the person to register first." in answer.text
        assert 'value="nobody@example.org"' in answer.text


def test_an_unconfirmed_account_gets_no_role(room: Room) -> None:
    with writing() as session:
        session.get_one(Person, room.ids["nora"]).email_verified_at = None
    assert room.give("organiser", room.what("lead", "visit")).status_code == 422
    assert not room.holds(HostMember, "visit")


def test_the_address_may_be_typed_in_capitals(room: Room) -> None:
    answer = room.give("organiser", room.what("lead", "visit"), room.person("nora").email.upper() + " ")
    assert answer.status_code == 302


def test_a_role_is_given_once(room: Room) -> None:
    what = room.what("lead", "visit")
    room.give("organiser", what)
    answer = room.give("organiser", what)
    assert answer.status_code == 422
    assert "Nora New has this role already." in answer.text
    assert room.mails() == ["role.given"]


def test_a_role_taken_twice_is_told(room: Room) -> None:
    what = room.what("lead", "visit")
    room.give("organiser", what)
    room.take("organiser", what)
    answer = room.take("organiser", what, follow=True)
    assert "does not have this role any more" in answer.text
    assert room.mails() == ["role.given", "role.taken"]


def test_the_rights_of_a_removed_host_end_in_the_open_browser(room: Room) -> None:
    with writing() as session:
        room.ids["host"] = make_host(session, session.get_one(Visit, room.ids["visit"])).id
    browser = room.browser("host")
    pages = (f"/host/{room.slug}", f"/agenda/{room.slug}")
    assert [browser.get(page).status_code for page in pages] == [200, 200]
    room.take("organiser", room.what("lead", "visit"), "host")
    assert {browser.get(page).status_code for page in pages} <= {403, 404}
    assert browser.post(f"/agenda/{room.slug}/publish", data={"after": "0"}).status_code in {403, 404}


ODD = (
    "",
    "emperor",
    "lead",
    "lead:",
    "lead:x",
    f"lead:{uuid.UUID(int=1)}",
    "organiser",
    "organiser:",
    "a" * 5000,
    "\x00",
)


@pytest.mark.parametrize("what", ODD)
def test_odd_roles_are_neither_given_nor_taken(room: Room, what: str) -> None:
    for who in ("organiser", "administrator"):
        assert room.give(who, what).status_code == 422
        assert room.take(who, what).status_code in {403, 404, 422}


@pytest.mark.parametrize("person", ["", "x", str(uuid.UUID(int=1)), "\x00"])
def test_an_odd_person_has_nothing_taken(room: Room, person: str) -> None:
    data = {"person": person, "what": room.what("lead", "visit")}
    assert room.browser("organiser").post("/roles/revoke", data=data).status_code in {404, 422}


def test_the_page_is_for_those_who_give_roles(room: Room, client: FlaskClient) -> None:
    assert room.browser("nora").get("/roles").status_code == 403
    assert client.get("/roles").status_code == 302
    text = room.browser("organiser").get("/roles").text
    assert "Olga Organiser" not in text.split("<main")[1].split("</main")[0]
    assert str(room.ids["foreign visit"]) not in text


def test_the_page_asks_as_often_for_three_hosts_as_for_one(room: Room) -> None:
    browser, costs = room.browser("organiser"), []
    for more in (1, 2):
        for number in range(more):
            with writing() as session:
                person = make_person(session, f"Host {more}{number}")
                session.add(HostMember(visit_id=room.ids["visit"], person_id=person.id))
        with counting(db.engine) as seen:
            assert browser.get("/roles").status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1]

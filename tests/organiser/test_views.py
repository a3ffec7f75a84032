"""What an organiser sees: all of the own programmes, nothing of others, page by page."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice
from peer_visits.applications.rules import ApplicationContent
from peer_visits.applications.searching import index_application
from peer_visits.applications.states import ApplicationState
from peer_visits.audit.models import AuditLine
from peer_visits.audit.services import record
from peer_visits.calls.models import Criterion
from peer_visits.outbox.models import Message
from peer_visits.outbox.services import Mail, post
from peer_visits.outbox.states import MessageState
from peer_visits.places.services.deciding import decide_call
from peer_visits.shortlist.models import Review, Score
from peer_visits.storage.transaction import db, reading, writing
from tests.support.allocation_factories import work_out
from tests.support.factories import NOW, make_application, make_call, make_host, make_person, make_visit
from tests.support.places_factories import Story, apply_in_order, find_choice, hand_over, make_closed_call
from tests.support.statements import counting

ClientOf = Callable[[Person], FlaskClient]


@dataclass
class Desk:
    """A decided call: Ann has an offer, Ben waits, Cat got no place; a mail to Cat could not be delivered."""

    organiser: Person
    stranger: Person
    programme: str
    call: str
    visit: str
    applications: dict[str, uuid.UUID]
    failed: uuid.UUID
    pages: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.pages = [
            f"/organise/calls/{self.call}",
            self.list,
            f"/organise/applications/{self.applications['ann']}",
            f"/organise/programmes/{self.programme}/log",
            f"/organise/programmes/{self.programme}/mail",
            f"/organise/mail/{self.failed}",
        ]

    @property
    def list(self) -> str:
        return f"/organise/calls/{self.call}/applications"


@pytest.fixture
def desk(app: Flask, at_now: datetime) -> Desk:
    with writing() as session:
        story = make_closed_call(session, 1)
        [visit] = story.visits
        people = apply_in_order(session, story.call, ann=[visit], ben=[visit], cat=[visit])
        hand_over(session, visit, [people["ann"]], [people["ben"]])
        make_application(session, story.call, [visit], make_person(session, "Dora Draft"), submitted=False)
        _review(session, story, find_choice(session, people["ann"], visit).id)
        work_out(session, story.call, story.organiser, now=at_now)
        decide_call(session, actor=story.organiser, now=at_now, call_id=story.call.id)
        failed = session.scalars(select(Message).where(Message.kind == "application.refused")).one()
        failed.state, failed.last_error = MessageState.FAILED, "550 no such user"
        stranger = make_closed_call(session, 1).organiser
        return Desk(
            organiser=story.organiser,
            stranger=stranger,
            programme=story.programme.slug,
            call=story.call.slug,
            visit=visit.slug,
            applications={name: application.id for name, application in people.items()},
            failed=failed.id,
        )


def _review(session: Session, story: Story, choice_id: uuid.UUID) -> None:
    host = make_host(session, story.visits[0], "Hanna Host")
    session.get_one(Choice, choice_id).is_read = True
    review = Review(choice_id=choice_id, reviewer_id=host.id, note="Good fit.", saved_at=NOW)
    session.add(review)
    session.flush()
    criterion = session.scalars(select(Criterion).where(Criterion.call_id == story.call.id)).first()
    assert criterion is not None
    session.add(Score(review_id=review.id, criterion_id=criterion.id, value=4))


def test_home_shows_own_programmes_only(desk: Desk, client_of: ClientOf) -> None:
    page = client_of(desk.organiser).get("/organise").text
    assert f"/organise/calls/{desk.call}" in page
    assert "3 applications" in page
    other = client_of(desk.stranger).get("/organise").text
    assert f"/organise/calls/{desk.call}" not in other


def test_others_find_nothing(desk: Desk, client_of: ClientOf) -> None:
    client = client_of(desk.stranger)
    assert {client.get(page).status_code for page in desk.pages} == {404}
    assert client.post(f"/organise/mail/{desk.failed}/send-again").status_code == 404


def test_the_call_at_a_glance(desk: Desk, client_of: ClientOf) -> None:
    page = client_of(desk.organiser).get(f"/organise/calls/{desk.call}").text
    assert "1 mail could not be delivered" in page
    assert "1/3" in page, "one of three choices has been read"
    assert "1 + 1 reserve" in page
    assert "1 offered" in page
    assert "1 waiting" in page
    assert "Decided" in page


@pytest.mark.parametrize("days", [-30, -5, 5])
def test_a_call_in_every_phase(app: Flask, at_now: datetime, client_of: ClientOf, days: int) -> None:
    with writing() as session:
        story = make_closed_call(session)
        opens = at_now - timedelta(days=days + 10)
        call = make_call(
            session, story.programme, opens_at=opens, closes_at=opens + timedelta(days=20), window_note=""
        )
        organiser, slug = story.organiser, call.slug
    client = client_of(organiser)
    assert "No visits yet" in client.get(f"/organise/calls/{slug}").text
    assert client.get("/organise").status_code == 200


def found_on(client: FlaskClient, address: str) -> list[str]:
    page = client.get(address)
    assert page.status_code == 200
    return [name for name in ("Ann", "Ben", "Cat", "Dora Draft") if f">{name}</a>" in page.text]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("", ["Ann", "Ben", "Cat", "Dora Draft"]),
        ("?q=dora", ["Dora Draft"]),
        ("?q=%25", []),
        ("?q=_", []),
        ("?q=%00", ["Ann", "Ben", "Cat", "Dora Draft"]),
        ("?q=" + "x" * 300, []),
        ("?state=draft", ["Dora Draft"]),
        ("?state=submitted", ["Ann", "Ben", "Cat"]),
        ("?state=withdrawn", []),
        ("?state=odd", ["Ann", "Ben", "Cat", "Dora Draft"]),
        ("?visit=nowhere", []),
        ("?sort=odd&direction=odd&page=odd", ["Ann", "Ben", "Cat", "Dora Draft"]),
    ],
)
def test_searching_the_applications(desk: Desk, client_of: ClientOf, question: str, names: list[str]) -> None:
    assert found_on(client_of(desk.organiser), desk.list + question) == names


def test_searching_by_address_organisation_and_visit(desk: Desk, client_of: ClientOf) -> None:
    with writing() as session:
        person = session.scalars(select(Person).where(Person.name == "Ben")).one()
        person.email, person.organisation = "ben_50%@example.org", "Stad Gent"
        application = session.scalars(select(Application).where(Application.person_id == person.id)).one()
        index_application(session, application, person, ApplicationContent())
    client = client_of(desk.organiser)
    for question in ("?q=ben_50%25", "?q=stad+gent", "?q=Stad%20%20Gent"):
        assert found_on(client, desk.list + question) == ["Ben"]
    assert found_on(client, f"{desk.list}?visit={desk.visit}") == ["Ann", "Ben", "Cat"]


@pytest.mark.parametrize(("direction", "first"), [("ascending", "Ann"), ("descending", "Dora Draft")])
def test_sorting(desk: Desk, client_of: ClientOf, direction: str, first: str) -> None:
    page = client_of(desk.organiser).get(f"{desk.list}?sort=name&direction={direction}").text
    positions = {name: page.index(f">{name}</a>") for name in ("Ann", "Ben", "Cat", "Dora Draft")}
    assert min(positions, key=positions.__getitem__) == first
    assert f'aria-sort="{direction}"' in page


def test_everything_about_one_application(desk: Desk, client_of: ClientOf) -> None:
    page = client_of(desk.organiser).get(f"/organise/applications/{desk.applications['ann']}").text
    for said in ("Shortlisted", "Offered", "Read by Hanna Host", "4/5", "Good fit.", "A place for you"):
        assert said in page
    waiting = client_of(desk.organiser).get(f"/organise/applications/{desk.applications['ben']}").text
    assert "Waiting list, number 1" in waiting


def test_the_log_by_action_and_person(desk: Desk, client_of: ClientOf) -> None:
    client, address = client_of(desk.organiser), f"/organise/programmes/{desk.programme}/log"
    assert "Call decided" in client.get(address).text
    decided = client.get(f"{address}?action=call.decided").text
    assert ">Call decided</td>" in decided
    assert ">Place offered</td>" not in decided
    assert ">Call decided</td>" in client.get(f"{address}?q=olga").text
    assert "Nothing found" in client.get(f"{address}?q=nobody").text
    assert client.get(f"{address}?action=%00&q=%00").status_code == 200


def test_the_mail_failed_first(desk: Desk, client_of: ClientOf) -> None:
    client, address = client_of(desk.organiser), f"/organise/programmes/{desk.programme}/mail"
    page = client.get(address).text
    assert page.index(f"/organise/mail/{desk.failed}") < page.index("A place for you")
    assert "550 no such user" in page
    assert "A place for you" not in client.get(f"{address}?state=failed").text
    assert "Nothing found" in client.get(f"{address}?q=nobody%25").text


def test_sending_again_what_failed(desk: Desk, client_of: ClientOf) -> None:
    client, address = client_of(desk.organiser), f"/organise/mail/{desk.failed}"
    assert "550 no such user" in client.get(address).text
    sent = client.post(f"{address}/send-again", follow_redirects=True)
    assert "on its way again" in sent.text
    again = client.post(f"{address}/send-again")
    assert again.status_code == 422
    assert "Only a mail that could not be delivered can be sent again." in again.text
    reading().rollback()
    assert reading().get_one(Message, desk.failed).state is MessageState.QUEUED
    line = reading().scalars(select(AuditLine).where(AuditLine.action == "mail.sent_again")).one()
    assert line.actor_id == desk.organiser.id


def test_empty_lists_say_so(app: Flask, at_now: datetime, client_of: ClientOf) -> None:
    with writing() as session:
        story = make_closed_call(session)
        organiser, call, programme = story.organiser, story.call.slug, story.programme.slug
    client = client_of(organiser)
    assert "No applications yet" in client.get(f"/organise/calls/{call}/applications").text
    assert "Nothing has happened yet" in client.get(f"/organise/programmes/{programme}/log").text
    assert "No mail yet" in client.get(f"/organise/programmes/{programme}/mail").text


def add_rows(session: Session, size: int) -> tuple[Story, uuid.UUID]:
    """A call with this many visits, applications, reviews, mails and lines of the log."""
    story = make_closed_call(session, *[1] * size)
    people = apply_in_order(session, story.call, **{f"p{n}": story.visits for n in range(size)})
    first = next(iter(people.values()))
    for number, (application, visit) in enumerate(zip(people.values(), story.visits, strict=True)):
        host = make_host(session, visit, f"Host {number}")
        choice_id = find_choice(session, first, visit).id
        session.get_one(Choice, choice_id).is_read = True
        session.add(Review(choice_id=choice_id, reviewer_id=host.id, saved_at=NOW))
        person = session.get_one(Person, application.person_id)
        mail = Mail(
            kind="test.message",
            to=person,
            about=application,
            programme_id=story.programme.id,
            data={"number": 1, "count": 1},
        )
        post(session, mail, now=NOW)
        record(
            session, actor=person, now=NOW, action="x", subject=application, programme_id=story.programme.id
        )
    session.flush()
    return story, first.id


@pytest.mark.parametrize(
    "address",
    [
        "/organise",
        "/organise/calls/{call}",
        "/organise/calls/{call}/applications?q=p&state=submitted",
        "/organise/applications/{application}",
        "/organise/programmes/{programme}/log",
        "/organise/programmes/{programme}/mail",
    ],
)
def test_the_number_of_statements_does_not_grow(
    app: Flask, at_now: datetime, client_of: ClientOf, address: str
) -> None:
    counts = []
    for size in (1, 3):
        with writing() as session:
            story, application_id = add_rows(session, size)
            if address == "/organise" and size == 3:
                make_visit(session, make_call(session, story.programme))
            names = {
                "call": story.call.slug,
                "programme": story.programme.slug,
                "application": application_id,
            }
            organiser = story.organiser
        client = client_of(organiser)
        with counting(db.engine) as statements:
            assert client.get(address.format(**names)).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_a_withdrawn_application_is_shown_as_such(desk: Desk, client_of: ClientOf) -> None:
    with writing() as session:
        application = session.get_one(Application, desk.applications["cat"])
        application.state, application.withdrawn_at = ApplicationState.WITHDRAWN, NOW
    page = client_of(desk.organiser).get(f"/organise/applications/{desk.applications['cat']}").text
    assert "Withdrawn" in page

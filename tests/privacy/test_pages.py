"""One's own data on a page and in an archive; erased by oneself; who is shown to whom."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import ConsentLine, Person
from peer_visits.accounts.passwords import hash_password
from peer_visits.applications.models import Application
from peer_visits.applications.states import ApplicationState
from peer_visits.calls.models import ProgrammeOrganiser
from peer_visits.library.models import AnalyticalDocument, DocumentAuthor
from peer_visits.library.states import DocumentState
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import db, reading, writing
from tests.privacy.everything import EMAIL, NAME, Story, fill
from tests.support.factories import (
    NOW,
    make_application,
    make_call,
    make_host,
    make_organiser,
    make_person,
    make_programme,
    make_visit,
)
from tests.support.places_factories import make_closed_call, make_place
from tests.support.statements import counting

ClientOf = Callable[[Person], FlaskClient]


@pytest.fixture
def story(app: Flask, at_now: object) -> Story:
    with writing() as session:
        return fill(session)


@pytest.fixture
def client(story: Story, client_of: ClientOf) -> FlaskClient:
    return client_of(reading().get_one(Person, story.person))


def test_the_page_tells_everything_with_its_purpose(client: FlaskClient) -> None:
    page = client.get("/account/data").get_data(as_text=True)
    for words in (
        "zuqxbrings2",
        "zuqxill",
        "zuqxbiography",
        "zuqxcomment",
        "zuqxconsent",
        "zuqxview",
        "zuqxherreading",
    ):
        assert words in page, words
    assert "Hosts read it to choose who comes." in page
    assert "When you are erased" in page


@pytest.mark.parametrize(
    "hidden", ["zuqxnoted", "zuqxprivately", "zuqxnotrelated", "zuqxhash", "Otto", "otto@example.org"]
)
def test_what_others_wrote_and_who_they_are_is_not_shown(client: FlaskClient, hidden: str) -> None:
    assert hidden not in client.get("/account/data").get_data(as_text=True)
    assert hidden not in archive(client).read("data.json").decode()


def archive(client: FlaskClient) -> zipfile.ZipFile:
    answer = client.get("/account/data.zip")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return zipfile.ZipFile(io.BytesIO(answer.data))


def test_the_archive_is_one_json_and_the_files(client: FlaskClient) -> None:
    taken = archive(client)
    told = json.loads(taken.read("data.json"))
    assert told["about"] == {"name": NAME, "email": EMAIL}
    by_title = {held["what"]: held["rows"] for room in told["rooms"] for held in room["held"]}
    [account] = by_title["Your account"]
    assert account["email"] == EMAIL
    assert account["password_hash"] != "zuqxhash"
    assert len(by_title["What you sent, each time"]) == 2
    files = [name for name in taken.namelist() if name.startswith("files/")]
    assert {name.rsplit(".", 1)[1] for name in files} == {"pdf", "png"}
    assert any(taken.read(name).startswith(b"%PDF") for name in files)


def test_the_page_takes_a_fixed_number_of_statements(app: Flask, client_of: ClientOf, at_now: object) -> None:
    """However many applications there are."""
    with writing() as session:
        person = make_person(session)
        _apply_often(session, person, 1)
    client = client_of(person)
    client.get("/account/data")
    few = count(client)
    with writing() as session:
        _apply_often(session, session.get_one(Person, person.id), 3)
    assert count(client) == few


def _apply_often(session: Session, person: Person, times: int) -> None:
    for _number in range(times):
        call = make_call(session)
        make_application(session, call, [make_visit(session, call)], person)


def count(client: FlaskClient) -> int:
    with counting(db.engine) as seen:
        assert client.get("/account/data").status_code == 200
    return len(seen)


# Erasing oneself


def erase(client: FlaskClient, **typed: str) -> Any:
    return client.post(
        "/account/data/erase", data={"email": EMAIL, "sure": "y", **typed}, follow_redirects=True
    )


def set_password(story: Story, password: str) -> None:
    with writing() as session:
        session.get_one(Person, story.person).password_hash = hash_password(password)


def test_whoever_is_erased_is_signed_out_and_gone(story: Story, client: FlaskClient) -> None:
    set_password(story, "correct horse battery")
    page = erase(client, present="correct horse battery").get_data(as_text=True)
    assert "Your data is erased" in page
    assert client.get("/account/data").status_code == 302
    typed = {"email": EMAIL, "password": "correct horse battery"}
    assert client.post("/sign-in", data=typed).status_code == 422
    assert reading().scalar(select(Person.id).where(Person.email == EMAIL)) is None


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"email": "other@example.org"}, "This is not the address of your account."),
        ({"present": "wrong"}, "This is not your password."),
        ({"sure": ""}, "Tick this if you are sure."),
    ],
)
def test_a_slip_erases_nobody(story: Story, client: FlaskClient, typed: dict[str, str], message: str) -> None:
    set_password(story, "correct horse battery")
    answer = erase(client, **{"present": "correct horse battery", **typed})
    assert answer.status_code == 422
    assert message in answer.get_data(as_text=True)
    reading().rollback()
    assert reading().get_one(Person, story.person).name == NAME


def test_the_password_cannot_be_guessed(story: Story, client: FlaskClient) -> None:
    set_password(story, "correct horse battery")
    answers = {erase(client, present="wrong").status_code for _number in range(40)}
    assert 429 in answers


def test_the_page_before_tells_what_goes_and_what_stays(client: FlaskClient) -> None:
    page = client.get("/account/data/erase").get_data(as_text=True)
    assert "Readings of your applications" in page
    assert "Emptied of every word" in page
    assert "Figures: that somebody from your country" in page


def duty_world(session: Session, duty: str) -> Person:
    programme = make_programme(session, name="Heritage")
    call = make_call(session, programme)
    visit = make_visit(session, call, host_name="City of Turku")
    if duty == "organiser":
        return make_organiser(session, programme)
    if duty == "lead":
        return make_host(session, visit)
    person = make_person(session, is_administrator=duty == "administrator")
    if duty == "author":
        session.add_all(
            [
                AnalyticalDocument(visit_id=visit.id, slug="owed", state=DocumentState.OWED),
                DocumentAuthor(visit_id=visit.id, person_id=person.id),
            ]
        )
        session.flush()
    return person


DUTIES = {
    "organiser": "You alone organise “Heritage”.",
    "lead": "You alone lead the host team of City of Turku",
    "author": "You alone write the report on the visit to City of Turku",
    "administrator": "You are the only administrator.",
}


@pytest.mark.parametrize("duty", sorted(DUTIES))
def test_whoever_is_the_last_hands_over_first(
    app: Flask, client_of: ClientOf, at_now: object, duty: str
) -> None:
    with writing() as session:
        person = duty_world(session, duty)
        email = person.email
    client = client_of(person)
    assert DUTIES[duty] in client.get("/account/data/erase").get_data(as_text=True)
    answer = client.post("/account/data/erase", data={"email": email, "sure": "y"})
    assert answer.status_code == 422
    assert "Somebody has to take over from you first." in answer.get_data(as_text=True)
    reading().rollback()
    assert reading().get_one(Person, person.id).email == email


def test_one_of_two_organisers_may_go(app: Flask, client_of: ClientOf, at_now: object) -> None:
    with writing() as session:
        person = duty_world(session, "organiser")
        role = session.scalars(
            select(ProgrammeOrganiser).where(ProgrammeOrganiser.person_id == person.id)
        ).one()
        session.add(ProgrammeOrganiser(programme_id=role.programme_id, person_id=make_person(session).id))
    answer = client_of(person).post("/account/data/erase", data={"email": person.email, "sure": "y"})
    assert answer.status_code == 302


def test_a_place_to_come_is_given_back_first(app: Flask, client_of: ClientOf, at_now: object) -> None:
    """Nobody holds a seat as a ghost; it goes to the next."""
    with writing() as session:
        story = make_closed_call(session, 1)
        story.call.decided_at = story.call.answered_at = NOW - timedelta(days=1)
        person = make_person(session, "Vera Vanishing")
        application = make_application(session, story.call, story.visits, person)
        place = make_place(session, story.visits[0], application, PlaceState.ACCEPTED)
        ids: tuple[uuid.UUID, uuid.UUID] = (place.id, application.id)
    client = client_of(person)
    assert "1 application still runs" in client.get("/account/data/erase").get_data(as_text=True)
    assert client.post("/account/data/erase", data={"email": person.email, "sure": "y"}).status_code == 302
    reading().rollback()
    assert reading().get_one(Place, ids[0]).state is PlaceState.WITHDRAWN
    assert reading().get_one(Application, ids[1]).state is ApplicationState.WITHDRAWN


# The list of participants


@pytest.fixture
def group(app: Flask, at_now: object) -> dict[str, tuple[uuid.UUID, uuid.UUID]]:
    """Two who take part in a visit, and one who only has an offer; by name: person and place."""
    with writing() as session:
        story = make_closed_call(session, 3)
        found = {}
        for seat, name in enumerate(("Ada Allows", "Bert Bashful", "Carl Coming"), start=1):
            person = make_person(session, name, email=f"{name.split()[0].lower()}@example.org")
            application = make_application(session, story.call, story.visits, person)
            state = PlaceState.OFFERED if seat == 3 else PlaceState.ACCEPTED
            found[name.split()[0]] = (
                person.id,
                make_place(session, story.visits[0], application, state, seat).id,
            )
        return found


def page_of(group: dict[str, tuple[uuid.UUID, uuid.UUID]], name: str, client_of: ClientOf) -> tuple[Any, str]:
    person, place = group[name]
    return client_of(reading().get_one(Person, person)), f"/places/{place}/people"


def test_nobody_is_on_the_list_unasked(
    group: dict[str, tuple[uuid.UUID, uuid.UUID]], client_of: ClientOf
) -> None:
    client, path = page_of(group, "Bert", client_of)
    page = client.get(path).get_data(as_text=True)
    assert "Ada Allows" not in page
    assert "Nobody is shown yet" in page


def test_whoever_allows_it_is_shown_until_they_take_it_back(
    group: dict[str, tuple[uuid.UUID, uuid.UUID]], client_of: ClientOf
) -> None:
    ada, path = page_of(group, "Ada", client_of)
    bert, other = page_of(group, "Bert", client_of)
    ada.post(path, data={"shows_name": "y"})
    page = bert.get(other).get_data(as_text=True)
    assert "Ada Allows" in page
    assert "ada@example.org" not in page
    ada.post(path, data={"shows_name": "y", "shows_address": "y"})
    assert "ada@example.org" in bert.get(other).get_data(as_text=True)
    ada.post(path, data={"other": ""})
    assert "Ada Allows" not in bert.get(other).get_data(as_text=True)


def test_every_answer_is_kept_with_the_words_that_were_shown(
    group: dict[str, tuple[uuid.UUID, uuid.UUID]], client_of: ClientOf
) -> None:
    ada, path = page_of(group, "Ada", client_of)
    for typed in ({"shows_name": "y"}, {"shows_name": "y"}, {"other": ""}):
        ada.post(path, data=typed)
    reading().rollback()
    lines = reading().scalars(select(ConsentLine).order_by(ConsentLine.id)).all()
    assert [(one.topic, one.is_given) for one in lines] == [
        ("participants.name", True),
        ("participants.name", False),
    ]
    assert {one.words for one in lines} == {
        "Other participants of this visit may see my name, organisation and country"
    }
    assert {one.at for one in lines} == {NOW}
    page = ada.get("/account/data").get_data(as_text=True)
    assert "Taken back" in page


def test_an_address_without_a_name_is_refused(
    group: dict[str, tuple[uuid.UUID, uuid.UUID]], client_of: ClientOf
) -> None:
    ada, path = page_of(group, "Ada", client_of)
    answer = ada.post(path, data={"shows_address": "y"})
    assert answer.status_code == 422
    assert "Tick the first box, too" in answer.get_data(as_text=True)


def test_who_does_not_take_part_reads_no_list(
    group: dict[str, tuple[uuid.UUID, uuid.UUID]], client_of: ClientOf
) -> None:
    ada, path = page_of(group, "Ada", client_of)
    ada.post(path, data={"shows_name": "y"})
    carl, other = page_of(group, "Carl", client_of)
    page = carl.get(other).get_data(as_text=True)
    assert "Ada Allows" not in page
    assert carl.get(path).status_code == 404
    assert carl.post(other, data={"shows_name": "y"}).status_code == 422


# The organiser's record and everybody's notice


def test_the_record_of_processing_is_drawn_from_the_rooms(story: Story, client_of: ClientOf) -> None:
    organiser = client_of(reading().get_one(Person, story.organiser))
    path = f"/organise/programmes/{story.programme_slug}/processing"
    page = organiser.get(path).get_data(as_text=True)
    table = organiser.get(path + ".csv").get_data(as_text=True)
    for words in ("Your applications", "Readings of your applications", "No limit set"):
        assert words in page
    for words in ("To deliver it, and to know that you were told.", "It is removed."):
        assert words in page
        assert words in table


def test_everybody_may_read_what_can_be_held(app: Flask) -> None:
    page = app.test_client().get("/privacy/fields").get_data(as_text=True)
    assert "Name and e-mail address" in page
    assert "To know you again, and to write to you." in page

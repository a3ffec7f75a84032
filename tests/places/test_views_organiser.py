"""The organiser's pages: the preview is the act, the button carries it out, lists stay quick."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from peer_visits.accounts.models import Person
from peer_visits.calls.models import Call
from peer_visits.kernel import clock
from peer_visits.outbox.models import Message
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import db, reading, writing
from peer_visits.visits.models import Visit
from tests.outbox.mails import put_message
from tests.support.allocation_factories import work_out
from tests.support.factories import NOW
from tests.support.places_factories import apply_in_order, hand_over, make_closed_call, make_place
from tests.support.statements import counting

ClientOf = Callable[[Person], FlaskClient]


@dataclass
class Scene:
    """A closed call with one visit of one place, and Ann, Ben, Cat in the host's order; Dan is not in it."""

    call_id: uuid.UUID
    slug: str
    organiser: Person
    visit_id: uuid.UUID

    @property
    def decide(self) -> str:
        return f"/organise/calls/{self.slug}/decide"

    @property
    def places(self) -> str:
        return f"/organise/calls/{self.slug}/places"

    def count(self, model: type[Place | Message]) -> int:
        reading().rollback()
        return reading().scalar(select(func.count()).select_from(model)) or 0


def make_scene(
    *, handed_over: bool = True, closes_in: timedelta = timedelta(days=-1), is_worked_out: bool = True
) -> Scene:
    with writing() as session:
        story = make_closed_call(session, 1, closes_at=NOW + closes_in)
        [visit] = story.visits
        people = apply_in_order(session, story.call, ann=[visit], ben=[visit], cat=[visit], dan=[visit])
        if handed_over:
            hand_over(session, visit, [people["ann"], people["ben"]], [people["cat"]])
        if is_worked_out and closes_in <= timedelta(0):
            work_out(session, story.call, story.organiser)
        return Scene(story.call.id, story.call.slug, story.organiser, visit.id)


@pytest.fixture
def scene(app: Flask, at_now: datetime) -> Scene:
    return make_scene()


def seen_on(page: str) -> str:
    found = re.search(r'name="seen"[^>]*value="([^"]*)"', page)
    assert found is not None
    return html.unescape(found[1])


def test_the_preview_shows_everybody_and_every_mail_and_leaves_nothing(
    scene: Scene, client_of: ClientOf
) -> None:
    page = client_of(scene.organiser).get(scene.decide).text
    for name in ("Ann", "Ben", "Cat", "Dan"):
        assert f"<b>{name}</b>" in page
    assert "1 of 1 places offered" in page
    assert "2 waiting" in page
    assert "1 person gets no place" in page
    assert page.count('class="letter"') == 4
    assert "Make 1 offer and send 4 mails" in page
    assert (scene.count(Place), scene.count(Message)) == (0, 0)


def test_deciding_as_shown(scene: Scene, client_of: ClientOf) -> None:
    client = client_of(scene.organiser)
    seen = seen_on(client.get(scene.decide).text)
    response = client.post(scene.decide, data={"seen": seen}, follow_redirects=True)
    assert "The call is decided" in response.text
    assert (scene.count(Place), scene.count(Message)) == (1, 4)
    again = client.get(scene.decide).text
    assert "This call is decided" in again
    assert "Make " not in again


def rows_of(page: str) -> set[str]:
    """The ids of the mails that an outbox lists."""
    return set(re.findall(r"/organise/mail/([0-9a-f-]{36})\"", page))


def link_of(page: str, words: str) -> str:
    """Where the link with these words leads."""
    found = re.search(rf'<a[^>]*href="([^"]*)"[^>]*>\s*{words}', page)
    assert found is not None
    return html.unescape(found[1])


def test_a_decision_and_its_run_lead_to_exactly_their_mails(scene: Scene, client_of: ClientOf) -> None:
    client = client_of(scene.organiser)
    seen = seen_on(client.get(scene.decide).text)
    client.post(scene.decide, data={"seen": seen})
    reading().rollback()
    of_the_decision = {str(one) for one in reading().scalars(select(Message.id))}
    with clock.frozen(NOW + timedelta(hours=1)), writing() as session:
        call = session.get_one(Call, scene.call_id)
        put_message(session, programme=call.programme, subject="Of another act", created_at=clock.now())
    listed = client.get(link_of(client.get(scene.decide).text, "See these mails in the outbox")).text
    assert rows_of(listed) == of_the_decision
    assert len(of_the_decision) == 4
    assert "Of another act" not in listed
    run = client.get(f"/organise/calls/{scene.slug}/allocation/1").text
    assert rows_of(client.get(link_of(run, "See its mails")).text) == of_the_decision
    everything = client.get(f"/organise/programmes/{programme_slug(scene)}/mail").text
    assert len(rows_of(everything)) == 5


def test_each_visit_leads_to_exactly_its_mails(app: Flask, at_now: datetime, client_of: ClientOf) -> None:
    with writing() as session:
        story = make_closed_call(session, 1, 1)
        for visit, count in zip(story.visits, (2, 3), strict=True):
            for _number in range(count):
                put_message(session, programme=story.call.programme, visit_id=visit.id)
        put_message(session, programme=story.call.programme)
        slugs = [visit.slug for visit in story.visits]
    client = client_of(story.organiser)
    page = client.get(f"/organise/calls/{story.call.slug}").text
    for slug, count in zip(slugs, (2, 3), strict=True):
        links = [html.unescape(one) for one in re.findall(r'href="([^"]*/mail\?visit=[^"]*)"', page)]
        [link] = [one for one in links if one.endswith(f"visit={slug}")]
        listed = rows_of(client.get(link).text)
        reading().rollback()
        query = select(Message.id).join(Visit, Visit.id == Message.visit_id).where(Visit.slug == slug)
        assert listed == {str(one) for one in reading().scalars(query)}
        assert len(listed) == count


def programme_slug(scene: Scene) -> str:
    return reading().get_one(Call, scene.call_id).programme.slug


def test_a_double_click_decides_once(scene: Scene, client_of: ClientOf) -> None:
    client = client_of(scene.organiser)
    seen = seen_on(client.get(scene.decide).text)
    client.post(scene.decide, data={"seen": seen})
    second = client.post(scene.decide, data={"seen": seen})
    assert second.status_code == 422
    assert "This call was decided on" in second.text
    assert (scene.count(Place), scene.count(Message)) == (1, 4)


def test_what_changed_is_said_and_the_new_preview_can_be_decided(scene: Scene, client_of: ClientOf) -> None:
    client = client_of(scene.organiser)
    seen = seen_on(client.get(scene.decide).text)
    with writing() as session:
        session.get_one(Visit, scene.visit_id).capacity = 2
        session.add(scene.organiser)
        work_out(session, session.get_one(Call, scene.call_id), scene.organiser)
    response = client.post(scene.decide, data={"seen": seen})
    assert response.status_code == 422
    assert "Something changed after this page was made" in response.text
    assert "2 offers and 1 waiting; you saw 1 and 2" in response.text
    assert scene.count(Place) == 0
    client.post(scene.decide, data={"seen": seen_on(response.text)})
    assert scene.count(Place) == 2


@pytest.mark.parametrize("seen", ["", "{}", "\x00", "x" * 5000, '{"visits":[],"refused":[]}'])
def test_a_form_that_was_never_shown_decides_nothing(scene: Scene, client_of: ClientOf, seen: str) -> None:
    assert client_of(scene.organiser).post(scene.decide, data={"seen": seen}).status_code == 422
    assert scene.count(Place) == 0


def test_a_missing_shortlist_has_to_be_ticked(app: Flask, at_now: datetime, client_of: ClientOf) -> None:
    scene = make_scene(handed_over=False)
    client = client_of(scene.organiser)
    page = client.get(scene.decide).text
    assert "Shortlists are missing" in page
    assert "stays empty" in page
    refused = client.post(scene.decide, data={"seen": seen_on(page)})
    assert refused.status_code == 422
    assert "Visits without a shortlist: 1" in refused.text
    done = client.post(scene.decide, data={"seen": seen_on(page), "leave_empty": "y"})
    assert done.status_code == 302
    assert scene.count(Message) == 4


def test_an_open_call_says_when_it_closes(app: Flask, at_now: datetime, client_of: ClientOf) -> None:
    scene = make_scene(closes_in=timedelta(days=1))
    client = client_of(scene.organiser)
    page = client.get(scene.decide).text
    assert "The call has not closed yet" in page
    assert "5 May 2026, 12:00 (Brussels, UTC+2)" in page
    assert client.post(scene.decide, data={"seen": "{}"}).status_code == 422
    assert scene.count(Place) == 0


def test_mails_come_in_pages(app: Flask, at_now: datetime, client_of: ClientOf) -> None:
    with writing() as session:
        story = make_closed_call(session, 30)
        people = apply_in_order(session, story.call, **{f"p{n}": story.visits for n in range(30)})
        hand_over(session, story.visits[0], list(people.values()))
        work_out(session, story.call, story.organiser)
        organiser, slug = story.organiser, story.call.slug
    client = client_of(organiser)
    assert client.get(f"/organise/calls/{slug}/decide").text.count('class="letter"') == 25
    assert client.get(f"/organise/calls/{slug}/decide?page=2").text.count('class="letter"') == 5
    assert client.get(f"/organise/calls/{slug}/decide?page=99").text.count('class="letter"') == 5


def test_all_places_of_a_call_by_state_and_visit(app: Flask, at_now: datetime, client_of: ClientOf) -> None:
    with writing() as session:
        story = make_closed_call(session, 2, 1)
        first, second = story.visits
        people = apply_in_order(session, story.call, ann=[first], ben=[first], cat=[second])
        make_place(session, first, people["ann"], PlaceState.ACCEPTED)
        make_place(session, first, people["ben"], PlaceState.DECLINED)
        make_place(session, second, people["cat"])
        organiser, address, slug = story.organiser, f"/organise/calls/{story.call.slug}/places", second.slug
    client = client_of(organiser)
    assert [name for name in ("Ann", "Ben", "Cat") if name in client.get(address).text] == [
        "Ann",
        "Ben",
        "Cat",
    ]
    accepted = client.get(f"{address}?state=accepted").text
    assert "Ann" in accepted
    assert "Ben" not in accepted
    of_second = client.get(f"{address}?visit={slug}").text
    assert "Cat" in of_second
    assert "Ann" not in of_second
    assert "Nothing with these filters" in client.get(f"{address}?state=lapsed").text
    for odd in ("state=%00", "visit=%00", "visit=nowhere", "page=-1", "page=x", "state=nothing"):
        assert client.get(f"{address}?{odd}").status_code == 200


def test_no_places_yet(scene: Scene, client_of: ClientOf) -> None:
    assert "No places yet" in client_of(scene.organiser).get(scene.places).text


def decided(scene: Scene, client: FlaskClient) -> Place:
    client.post(scene.decide, data={"seen": seen_on(client.get(scene.decide).text)})
    reading().rollback()
    return reading().scalars(select(Place)).one()


def test_taking_an_offer_back_names_who_is_next(scene: Scene, client_of: ClientOf) -> None:
    client = client_of(scene.organiser)
    address = f"/organise/places/{decided(scene, client).id}/withdraw"
    assert "offered at once to Ben" in client.get(address).text
    data = {"explanation": "The visit is smaller now.", "version": "1"}
    response = client.post(address, data=data, follow_redirects=True)
    assert "Done. The person is told by mail." in response.text
    assert (scene.count(Place)) == 2
    after = client.get(address).text
    assert "Only an open offer can be withdrawn." in after
    assert client.post(address, data={**data, "version": "2"}).status_code == 422


@pytest.mark.parametrize(
    ("explanation", "said"),
    [
        ("", "Fill this in."),
        ("   ", "Fill this in."),
        ("x" * 501, "Write at most 500 characters."),
        ("a\x00b", "Remove the invisible characters"),
        ("a\u202eb", "Remove the invisible characters"),
    ],
)
def test_a_reason_has_to_be_given(scene: Scene, client_of: ClientOf, explanation: str, said: str) -> None:
    client = client_of(scene.organiser)
    place = decided(scene, client)
    response = client.post(
        f"/organise/places/{place.id}/withdraw", data={"explanation": explanation, "version": "1"}
    )
    assert response.status_code == 422
    assert said in response.text
    reading().rollback()
    assert reading().get_one(Place, place.id).state is PlaceState.OFFERED


def test_cancelling_an_accepted_place(scene: Scene, client_of: ClientOf) -> None:
    client = client_of(scene.organiser)
    place_id = decided(scene, client).id
    assert (
        "Only an accepted place can be cancelled." in client.get(f"/organise/places/{place_id}/cancel").text
    )
    with writing() as session:
        place = session.get_one(Place, place_id)
        place.state, place.settled_at, person_id = PlaceState.ACCEPTED, place.offered_at, place.person_id
    assert "offered at once to Ben" in client.get(f"/organise/places/{place_id}/cancel").text
    data = {"explanation": "<b>Illness</b>", "version": "1"}
    assert client.post(f"/organise/places/{place_id}/cancel", data=data).status_code == 302
    reading().rollback()
    mail = reading().scalars(select(Message).where(Message.kind == "place.cancelled")).one()
    assert mail.person_id == person_id
    assert "&lt;b&gt;Illness" in mail.html


@pytest.mark.parametrize("path", ["decide", "places"])
def test_the_number_of_statements_does_not_grow(
    app: Flask, at_now: datetime, client_of: ClientOf, path: str
) -> None:
    counts = []
    for size in (1, 3):
        with writing() as session:
            story = make_closed_call(session, *[2] * size)
            people = apply_in_order(session, story.call, **{f"p{n}": story.visits for n in range(size)})
            for visit in story.visits:
                hand_over(session, visit, list(people.values()))
            if path == "decide":
                work_out(session, story.call, story.organiser)
            if path == "places":
                session.get_one(Call, story.call.id).decided_at = at_now
                for number, application in enumerate(people.values()):
                    make_place(session, story.visits[number], application)
            organiser, slug = story.organiser, story.call.slug
        client = client_of(organiser)
        with counting(db.engine) as statements:
            assert client.get(f"/organise/calls/{slug}/{path}").status_code == 200
        counts.append(len([one for one in statements if one.lstrip().upper().startswith("SELECT")]))
    assert counts[0] == counts[1]


def test_without_a_run_the_page_leads_to_one(app: Flask, at_now: datetime, client_of: ClientOf) -> None:
    scene = make_scene(is_worked_out=False)
    page = client_of(scene.organiser).get(scene.decide)
    assert page.status_code == 200
    assert "Nobody has worked out who gets which visit yet" in page.text
    assert f"/organise/calls/{scene.slug}/allocation/new" in page.text
    assert 'name="seen"' not in page.text
    refused = client_of(scene.organiser).post(scene.decide, data={"seen": "{}"})
    assert refused.status_code == 422
    assert "Make a run first" in refused.text
    assert (scene.count(Place), scene.count(Message)) == (0, 0)

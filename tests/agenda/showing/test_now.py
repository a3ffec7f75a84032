"""The page of a participant: now and next by two clocks, with links for whoever has accepted."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from peer_visits.agenda.states import SessionKind
from peer_visits.kernel import clock
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import db, writing
from tests.agenda.showing.stage import LINK, MATERIAL, Stage
from tests.support.factories import NOW
from tests.support.statements import counting


def page(stage: Stage, name: str = "ann", *, after: int = 0) -> str:
    """The page so many minutes later."""
    with clock.frozen(NOW + timedelta(minutes=after)):
        answer = stage.client(name).get(f"/places/{stage.places[name]}/now")
    assert answer.status_code == 200
    return answer.text


def section(text: str, name: str) -> str:
    """What stands under one of the headings."""
    return (
        text.split(f'id="{name}-head"', 1)[1].split("</section>", 1)[0] if f'id="{name}-head"' in text else ""
    )


@pytest.fixture
def running(stage: Stage) -> Stage:
    """One session runs (12:00 in Amsterdam, 06:00 in New York), one follows, one is tomorrow."""
    stage.add("Welcome", begins=NOW - timedelta(minutes=10))
    stage.add("Walk along the canal", begins=NOW + timedelta(minutes=75), kind=SessionKind.SITE_VISIT)
    stage.add("What I take home", begins=NOW + timedelta(days=1))
    stage.publish()
    return stage


def test_now_next_and_after_that_by_both_clocks(running: Stage) -> None:
    text = page(running)
    assert "Welcome" in section(text, "now")
    assert "11:50–12:50" in section(text, "now")
    assert "for you 05:50" in section(text, "now")
    assert "Walk along the canal" in section(text, "next")
    assert "in 1 h 15 min" in section(text, "next")
    assert "What I take home" in section(text, "later")
    assert "Tuesday 5 May 2026" in section(text, "later")
    assert "Amsterdam" in text
    assert "New York" in text


def test_it_moves_on_with_the_clock(running: Stage) -> None:
    between = page(running, after=60)
    assert "Nothing is on at this moment." in section(between, "now")
    assert "Walk along the canal" in section(between, "next")
    assert "What I take home" in section(page(running, after=80), "next")
    assert "The visit is over" in page(running, after=3000)


def test_links_and_material_are_for_who_has_accepted(running: Stage) -> None:
    text = page(running)
    assert LINK in text
    assert MATERIAL in text
    assert "Welcome" not in page(running, "cyd"), "not public, and no place yet"
    running.open()
    offered = page(running, "cyd")
    assert "Welcome" in offered
    assert "Links and material come with an accepted place" in offered
    assert LINK not in offered
    assert MATERIAL not in offered


@pytest.mark.parametrize("state", [PlaceState.WITHDRAWN, PlaceState.CANCELLED])
def test_who_gave_the_place_up_has_no_links_any_more(running: Stage, state: PlaceState) -> None:
    with writing() as session:
        place = session.get_one(Place, running.places["ann"])
        place.state, place.seat = state, None
    assert LINK not in page(running)
    assert "Welcome" not in page(running)


def test_a_place_of_somebody_else_is_not_there(running: Stage) -> None:
    for address in (f"/places/{running.places['ann']}/now", f"/places/{uuid.uuid4()}/now"):
        assert running.client("stella").get(address).status_code == 404


def test_what_is_released_is_shown_and_never_the_draft(running: Stage) -> None:
    running.change(running.sessions[0], title="Another word", online_link="https://meet.example.org/draft")
    text = page(running)
    assert "Another word" not in text
    assert LINK in text
    assert "https://meet.example.org/draft" not in text
    running.publish()
    assert "https://meet.example.org/draft" in page(running)


def test_the_own_group_is_named_and_nobody_else(stage: Stage) -> None:
    groups = [[str(stage.people["cyd"])], [str(stage.people["ann"])]]
    stage.add("Groups", kind=SessionKind.BREAKOUT, groups=groups)
    stage.publish()
    text = page(stage)
    assert "Your group: 2 of 2" in text
    assert "Cyd" not in text


def test_the_mark_changes_with_what_is_now(running: Stage) -> None:
    client, address = running.client("ann"), f"/places/{running.places['ann']}/now"
    marks = []
    for after in (0, 20, 60):
        with clock.frozen(NOW + timedelta(minutes=after)):
            marks.append(client.head(address).headers["ETag"])
    assert marks[0] == marks[1] != marks[2]
    running.change(running.sessions[2], title="Taking it home")
    running.publish()
    assert client.head(address).headers["ETag"] not in marks


def test_before_anything_is_published_it_says_so(stage: Stage) -> None:
    assert "No agenda to read here yet" in page(stage)


def test_the_own_pages_lead_there(running: Stage) -> None:
    ann = running.client("ann")
    address = f"/places/{running.places['ann']}/now"
    home = ann.get("/applications").text
    assert address in home
    assert "Now: Welcome" in home
    assert address in ann.get(f"/places/{running.places['ann']}").text
    assert "My visits" not in running.client("cyd").get("/applications").text


@pytest.mark.parametrize("where", ["/places/{place}/now", "/applications"])
def test_it_costs_the_same_for_many_sessions(stage: Stage, where: str) -> None:
    costs = []
    for count in (1, 3):
        for number in range(count):
            stage.add(f"Session {count}.{number}", begins=NOW + timedelta(hours=count * 10 + number))
        stage.publish()
        ann = stage.client("ann")
        with counting(db.engine) as seen:
            assert ann.get(where.format(place=stage.places["ann"])).status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1]

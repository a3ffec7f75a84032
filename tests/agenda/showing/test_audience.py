"""Who may read what is published: everybody only where the host says so, and never an online link."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from peer_visits.accounts.models import Person
from peer_visits.agenda.states import SpeakerState
from peer_visits.audit.models import AuditLine
from peer_visits.storage.transaction import db, reading, writing
from tests.agenda.showing.stage import LINK, Stage, let_speak
from tests.support.factories import NOW
from tests.support.statements import counting


def test_what_is_published_is_not_yet_everybodys(stage: Stage) -> None:
    stage.add("Walk along the canal")
    stage.publish()
    page = stage.visitor.get(f"/visits/{stage.slug}/agenda")
    assert page.status_code == 200
    assert "Walk along the canal" not in page.text
    assert "sign in to see its agenda" in page.text
    for rest in (".ics", "/1"):
        assert stage.visitor.get(f"/visits/{stage.slug}/agenda{rest}").status_code == 404
    assert (
        "No agenda has been published for everybody yet." in stage.visitor.get(f"/visits/{stage.slug}").text
    )


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("ann", True),
        ("host", True),
        ("organiser", True),
        ("sven", True),
        ("cyd", False),
        ("stella", False),
    ],
)
def test_those_it_concerns_read_it_all_the_same(stage: Stage, name: str, may: bool) -> None:
    let_speak(stage, "sven", stage.add("Walk along the canal"))
    stage.publish()
    client = stage.client(name)
    assert ("Walk along the canal" in client.get(f"/visits/{stage.slug}/agenda").text) is may
    for rest in (".ics", "/1"):
        assert client.get(f"/visits/{stage.slug}/agenda{rest}").status_code == (200 if may else 404)
    calendar = client.get(f"/visits/{stage.slug}/agenda.ics")
    assert "public" not in calendar.headers["Cache-Control"]


@pytest.mark.parametrize("state", [SpeakerState.LISTED, SpeakerState.DECLINED])
def test_who_does_not_come_to_speak_reads_nothing(stage: Stage, state: SpeakerState) -> None:
    let_speak(stage, "sven", stage.add("Walk along the canal"), state=state)
    stage.publish()
    assert stage.client("sven").get(f"/visits/{stage.slug}/agenda/1").status_code == 404


def test_an_address_nobody_has_confirmed_opens_nothing(stage: Stage) -> None:
    let_speak(stage, "sven", stage.add("Walk along the canal"))
    stage.publish()
    with writing() as session:
        session.get_one(Person, stage.people["sven"]).email_verified_at = None
    assert stage.client("sven").get(f"/visits/{stage.slug}/agenda/1").status_code == 404


def test_the_host_opens_it_to_everybody_and_closes_it_again(stage: Stage) -> None:
    stage.add("Walk along the canal")
    stage.publish()
    host, address = stage.client("host"), f"/agenda/{stage.slug}/audience"
    assert "Let everybody read it" in host.get(address).text
    assert host.post(address, data={"public": "yes"}).status_code == 302
    shown = stage.visitor.get(f"/visits/{stage.slug}/agenda").text
    assert "Walk along the canal" in shown
    assert LINK not in shown + stage.visitor.get(f"/visits/{stage.slug}/agenda.ics").text
    assert "See the agenda" in stage.visitor.get(f"/visits/{stage.slug}").text
    assert "Keep it to those it concerns" in host.get(address).text
    host.post(address, data={"public": "yes"})
    assert host.post(address, data={"public": "no"}).status_code == 302
    assert stage.visitor.get(f"/visits/{stage.slug}/agenda/1").status_code == 404
    reading().rollback()
    actions = select(AuditLine.action).where(AuditLine.action.in_(["agenda.opened", "agenda.closed"]))
    assert list(reading().scalars(actions.order_by(AuditLine.id))) == ["agenda.opened", "agenda.closed"]


@pytest.mark.parametrize("name", ["ann", "cyd", "stella"])
def test_only_host_and_organiser_say_who_reads_it(stage: Stage, name: str) -> None:
    answer = stage.client(name).post(f"/agenda/{stage.slug}/audience", data={"public": "yes"})
    assert answer.status_code in {403, 404}


def test_the_page_costs_the_same_for_many_sessions(stage: Stage) -> None:
    costs = []
    for count in (1, 3):
        for number in range(count):
            stage.add(f"Session {count}.{number}", begins=NOW + timedelta(hours=count * 10 + number))
        stage.publish()
        ann = stage.client("ann")
        with counting(db.engine) as seen:
            assert ann.get(f"/visits/{stage.slug}/agenda").status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1]

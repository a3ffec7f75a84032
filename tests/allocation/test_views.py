"""The organiser's pages of runs: from the form to the result, by hand, side by side, as a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.allocation.models import AllocationRun
from peer_visits.allocation.settings import Force, RuleName, RuleSetting
from peer_visits.allocation.states import RunState
from peer_visits.applications.models import Application
from peer_visits.storage.transaction import db, reading, writing
from tests.support.allocation_factories import (
    cap,
    make_run,
    make_run_in,
    make_small_story,
    plain_settings,
    work_off,
)
from tests.support.factories import make_application, make_person
from tests.support.places_factories import Story, hand_over, make_closed_call
from tests.support.statements import counting

ClientOf = Callable[[Person], FlaskClient]


@pytest.fixture
def story(app: Flask, at_now: object) -> Story:
    """A closed call with four applicants for three places."""
    with writing() as session:
        return make_small_story(session)


@pytest.fixture
def olga(story: Story, client_of: ClientOf) -> FlaskClient:
    """The organiser's browser."""
    return client_of(story.organiser)


def address(story: Story, tail: str = "") -> str:
    reading().add(story.call)
    return f"/organise/calls/{story.call.slug}/allocation{tail}"


def asked(story: Story, *rules: RuleSetting, **values: Any) -> None:
    """A run asked for and worked off."""
    with writing() as session:
        session.add_all([story.call, story.organiser])
        make_run(session, story, plain_settings(*rules, **values))
    work_off()


def form_of(page: str) -> dict[str, str]:
    """What a browser would send of the form as it was drawn."""

    class Fields(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.values: dict[str, Any] = {}
            self.select = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = dict(attrs)
            name, kind = given.get("name") or "", given.get("type") or "text"
            if tag == "select":
                self.select = name
            elif tag == "option" and "selected" in given:
                self.values[self.select] = given.get("value") or ""
            elif tag == "input" and name and (kind not in {"checkbox", "radio"} or "checked" in given):
                self.values.setdefault(name, []).append(given.get("value") or "")

    fields = Fields()
    fields.feed(page.split('<form action="" method="post"')[1].split("</form>", maxsplit=1)[0])
    return fields.values


def test_from_the_form_to_the_result(story: Story, olga: FlaskClient) -> None:
    form = olga.get(address(story, "/new"))
    assert "people from one country" in form.text
    answer = olga.post(address(story, "/new"), data=form_of(form.text))
    assert answer.status_code == 302, answer.text
    waiting = olga.get(answer.location)
    assert "data-follow" in waiting.text
    assert olga.get(f"{answer.location}/progress").json == {
        "over": False,
        "words": "Waiting for a worker. It begins within seconds when one is free.",
    }
    work_off()
    result = olga.get(answer.location)
    assert "Proven best" in result.text
    assert "3/3" in result.text
    assert (olga.get(f"{answer.location}/progress").json or {})["over"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("bound_country", "many", "Write a whole number from 0 to 1000."),
        ("weight_newcomers", "0", "Write a whole number from 1 to 100."),
        ("time_limit", "4", "Write a whole number from 5 to 600."),
        ("visits", [], "Choose at least one visit."),
    ],
)
def test_what_is_typed_wrong_is_told_and_kept(
    story: Story, olga: FlaskClient, field: str, value: Any, message: str
) -> None:
    data = {**form_of(olga.get(address(story, "/new")).text), "note": "A try", field: value}
    answer = olga.post(address(story, "/new"), data=data)
    assert answer.status_code == 422
    assert message in answer.text
    assert "A try" in answer.text
    assert reading().scalar(select(AllocationRun.id)) is None


def test_every_person_and_visit_has_its_reasons(story: Story, olga: FlaskClient) -> None:
    asked(story)
    people = olga.get(address(story, "/1/people")).text
    assert all(name in people for name in ("Ann", "Ben", "Cat", "Dan"))
    assert "not proposed" in people
    assert "Dan" not in olga.get(address(story, "/1/people?outcome=placed")).text
    found = olga.get(address(story, "/1/people?q=dan")).text
    assert "Dan" in found
    assert "Cat" not in found
    reading().add_all(story.visits)
    visit = olga.get(address(story, f"/1/visits/{story.visits[0].slug}")).text
    assert "Waiting, number" in visit


def test_a_rule_is_softened_by_its_button(story: Story, olga: FlaskClient) -> None:
    asked(story, RuleSetting(RuleName.NEWCOMERS, Force.HARD, 5))
    page = olga.get(address(story, "/1")).text
    assert "These rules cannot hold together" in page
    assert "at least 5 newcomers" in page
    assert "Only try for it in" in page
    answer = olga.post(address(story, "/1/soften"), data={"rule": "newcomers"})
    assert answer.status_code == 302
    work_off()
    assert "is tried for" in olga.get(answer.location).text
    refused = olga.post(address(story, "/1/soften"), data={"rule": "no-such-rule"})
    assert refused.status_code == 422
    assert "no such rule" in refused.text


def test_somebody_is_placed_by_hand_for_a_reason(story: Story, olga: FlaskClient) -> None:
    asked(story)
    dan = reading().scalars(select(Person).where(Person.name == "Dan")).one()
    visit_id = str(reading().merge(story.visits[1]).id)
    path = address(story, f"/1/by-hand/{dan.id}")
    without = olga.post(path, data={"visit": visit_id, "hand": "pin", "reason": " "})
    assert without.status_code == 422
    assert "Fill this in." in without.text
    answer = olga.post(path, data={"visit": visit_id, "hand": "pin", "reason": "Speaks on the first day."})
    work_off()
    page = olga.get(answer.location).text
    assert "Speaks on the first day." in page
    assert "Dan" in olga.get(f"{answer.location}/people?outcome=placed").text
    compared = olga.get(address(story, "/1/compare/2")).text
    assert "people get something else" in compared
    assert "no place" in compared
    back = olga.post(f"{answer.location}/take-back", data={"person": str(dan.id), "visit": visit_id})
    assert back.status_code == 302
    assert "Speaks on the first day." not in olga.get(back.location).text


def test_nobody_of_another_call_is_decided_about(story: Story, olga: FlaskClient) -> None:
    asked(story)
    with writing() as session:
        stranger = make_person(session).id
    assert olga.get(address(story, f"/1/by-hand/{stranger}")).status_code == 404


def test_a_run_is_chosen_and_stopped_by_its_buttons(story: Story, olga: FlaskClient) -> None:
    asked(story)
    chosen = olga.post(address(story, "/1/choose"), follow_redirects=True)
    assert "For the decision" in chosen.text
    assert "See what a decision would do" in chosen.text
    again = olga.post(address(story, "/1/again"))
    stopped = olga.post(f"{again.location}/cancel", follow_redirects=True)
    assert "The run was stopped" in stopped.text
    twice = olga.post(f"{again.location}/cancel")
    assert twice.status_code == 422
    assert "nothing to stop" in twice.text


def test_the_record_is_a_file_without_names(story: Story, olga: FlaskClient) -> None:
    asked(story, cap(1))
    answer = olga.get(address(story, "/1/record.json"))
    record = json.loads(answer.text)
    assert record["schema"] == "peer-visits/run/1"
    assert record["input"]["schema"] == "peer-visits/allocation/1"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert not any(name in answer.text for name in ("Ann", "Ben", "Cat", "Dan", "@example.org"))


@pytest.mark.parametrize("state", RunState)
def test_every_state_has_a_page(story: Story, olga: FlaskClient, state: RunState) -> None:
    with writing() as session:
        session.add_all([story.call, story.organiser])
        make_run_in(session, story, state)
    for tail in ("", "/1", "/1/people", "/1/record.json"):
        assert olga.get(address(story, tail)).status_code == 200


def test_before_the_call_closes_the_page_says_when(app: Flask, at_now: Any, client_of: ClientOf) -> None:
    with writing() as session:
        story = make_closed_call(session, 1, closes_at=at_now + timedelta(days=1))
    olga = client_of(story.organiser)
    assert "The call has not closed yet" in olga.get(address(story)).text
    data = form_of(olga.get(address(story, "/new")).text)
    refused = olga.post(address(story, "/new"), data=data)
    assert refused.status_code == 422
    assert "once the call has closed" in refused.text


def add_applicants(session: Session, story: Story, number: int) -> None:
    people = [
        make_application(session, story.call, story.visits, make_person(session, f"Person {index:04}"))
        for index in range(number)
    ]
    hand_over(session, story.visits[0], people[:100])


@pytest.mark.parametrize("tail", ["", "/1", "/1/people", "/1/compare/1", "/1/by-hand/{person}"])
def test_the_number_of_statements_does_not_grow(
    app: Flask, at_now: object, client_of: ClientOf, tail: str
) -> None:
    counts = []
    for size in (1, 3):
        with writing() as session:
            story = make_closed_call(session, *[2] * size)
            add_applicants(session, story, size)
            for _number in range(size if tail == "" else 1):
                make_run(session, story)
            applications = select(Application.person_id).where(Application.call_id == story.call.id)
            person = session.scalars(applications).all()[0]
        work_off()
        olga = client_of(story.organiser)
        path = address(story, tail.format(person=person))
        with counting(db.engine) as seen:
            assert olga.get(path).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_thousand_people_come_in_pages(app: Flask, at_now: object, client_of: ClientOf) -> None:
    with writing() as session:
        story = make_closed_call(session, 24)
        add_applicants(session, story, 1000)
        make_run(session, story, plain_settings(cap(24)))
    work_off()
    olga = client_of(story.organiser)
    page = olga.get(address(story, "/1/people?page=40")).text
    assert "976–1,000 of 1,000" in page
    assert page.count('<th scope="row"') == 25
    reading().add_all(story.visits)
    assert "1–25 of 1,000" in olga.get(address(story, f"/1/visits/{story.visits[0].slug}")).text

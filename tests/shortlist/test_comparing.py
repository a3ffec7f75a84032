"""Two to four applicants side by side."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from peer_visits.accounts.models import Person
from peer_visits.shortlist.services.reading import save_review
from peer_visits.storage.transaction import db, reading, writing
from tests.support.factories import NOW, make_host, make_visit
from tests.support.shortlist_factories import HostDesk, apply_to_desk, make_desk, score_all
from tests.support.statements import counting

ClientOf = Callable[[Person], FlaskClient]

pytestmark = pytest.mark.usefixtures("at_now")


@pytest.fixture
def desk(app: Flask) -> HostDesk:
    """Four applications, each with words of its own; Ada is scored by both readers."""
    with writing() as session:
        desk = make_desk(session)
        for name in ("Ada", "Bo", "Cy", "Di"):
            apply_to_desk(session, desk, name, brings=f"{name} brings.")
        score_all(session, desk, "Ada", 5)
        score_all(session, desk, "Ada", 3, desk.reviewer)
        return desk


def path(desk: HostDesk, *names: str) -> str:
    chosen = "&".join(f"choice={desk.choices[name]}" for name in names)
    return f"/host/{desk.visit.slug}/compare?{chosen}"


def test_they_stand_side_by_side_in_the_order_ticked(desk: HostDesk, client_of: ClientOf) -> None:
    page = client_of(desk.lead).get(path(desk, "Cy", "Ada")).text
    assert page.index("Cy brings.") < page.index("Ada brings.")
    assert "Bo brings." not in page
    assert "mean 80" in page


def test_a_reviewer_sees_own_scores_alone(desk: HostDesk, client_of: ClientOf) -> None:
    page = client_of(desk.reviewer).get(path(desk, "Ada", "Bo")).text
    assert "<span>60</span>" in page
    assert "Team:" not in page


@pytest.mark.parametrize("names", [(), ("Ada",), ("Ada", "Ada"), ("Ada", "Bo", "Cy", "Di", "Ed")])
def test_one_alone_and_five_lead_back_with_a_word(
    desk: HostDesk, client_of: ClientOf, names: tuple[str, ...]
) -> None:
    with writing() as session:
        apply_to_desk(session, desk, "Ed")
    answer = client_of(desk.lead).get(path(desk, *names), follow_redirects=True)
    assert answer.request.path == f"/host/{desk.visit.slug}"
    assert "Tick two to four applicants" in answer.text


def test_ticks_are_posted_and_become_an_address(desk: HostDesk, client_of: ClientOf) -> None:
    chosen = [str(desk.choices["Bo"]), "not-an-id", str(desk.choices["Ada"])]
    data = {"choice": chosen, "csrf_token": "secret", "version": "1"}
    answer = client_of(desk.lead).post(f"/host/{desk.visit.slug}/compare", data=data)
    assert answer.status_code == 303
    assert answer.headers["Location"] == path(desk, "Bo", "Ada")


def test_what_is_not_of_this_visit_is_left_out(desk: HostDesk, client_of: ClientOf) -> None:
    with writing() as session:
        other = make_desk(session, "Foreign")
        stranger = make_host(session, make_visit(session, desk.call), "Henk Elsewhere")
    foreign = f"&choice={other.choices['Foreign']}&choice={uuid.uuid4()}"
    page = client_of(desk.lead).get(path(desk, "Ada", "Bo") + foreign).text
    assert "Foreign" not in page
    assert client_of(stranger).get(path(desk, "Ada", "Bo")).status_code == 404


def test_with_a_conflict_of_interest_the_column_is_empty(desk: HostDesk, client_of: ClientOf) -> None:
    with writing() as session:
        save_review(
            session,
            actor=desk.lead,
            now=NOW,
            visit=desk.visit,
            choice_id=desk.choices["Ada"],
            version=1,
            scores={},
            conflict_of_interest=True,
            note="",
        )
    page = client_of(desk.lead).get(path(desk, "Ada", "Bo")).text
    assert "Ada brings." not in page
    assert "Bo brings." in page
    assert "Team:" not in page


def test_four_cost_as_much_as_two(desk: HostDesk, client_of: ClientOf) -> None:
    counts = []
    for names in (("Ada", "Bo"), ("Ada", "Bo", "Cy", "Di")):
        reading().rollback()
        client = client_of(desk.lead)
        with counting(db.engine) as seen:
            assert client.get(path(desk, *names)).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 14

"""A report that was written here is a page, too: the same words, contents beside it, nothing active."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peer_visits.followup.commitments.models import Commitment, CommitmentSheet
from peer_visits.followup.commitments.states import Showing
from peer_visits.library.states import DocumentState
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import db, writing
from peer_visits.visits.models import Visit
from tests.library.printing.reports import TEXT
from tests.support.apps import sign_in
from tests.support.factories import (
    NOW,
    make_application,
    make_call,
    make_host,
    make_organiser,
    make_person,
    make_visit,
)
from tests.support.library_factories import make_author, make_document, make_section
from tests.support.places_factories import make_place
from tests.support.statements import counting

COUNTRIES = ("PL", "PL", "FI", "HR", "PL")


def make_report(session: Session, *texts: str, **values: object) -> Visit:
    """A published report that was written here, with these sections."""
    visit = make_visit(session, make_call(session), capacity=30, held_starts_on=date(2026, 2, 2))
    document = make_document(session, visit, DocumentState.PUBLISHED, is_written=True, **values)  # type: ignore[arg-type]
    for number, text in enumerate(texts, 1):
        make_section(session, document, heading=f"Section {number}", text=text)
    return visit


def take_part(session: Session, visit: Visit) -> None:
    for seat, country in enumerate(COUNTRIES, 1):
        application = make_application(
            session, visit.call, [visit], make_person(session, f"Person {seat}"), country=country
        )
        place = make_place(session, visit, application, PlaceState.ACCEPTED, seat)
        showing = (Showing.NAMED, Showing.ANONYMOUS, Showing.HIDDEN)[seat % 3]
        session.add(
            CommitmentSheet(place_id=place.id, showing=showing, showing_since=NOW, written_at=NOW, version=1)
        )
        session.flush()
        session.add(Commitment(place_id=place.id, number=1, will_do=f"Promise {seat}"))
    session.flush()


def test_everything_stands_on_the_page(client: FlaskClient, app: Flask) -> None:
    with writing() as session:
        visit = make_report(session, TEXT, "More", summary="In short", authors="Ada Byron")
        take_part(session, visit)
    page = client.get(f"/library/{visit.slug}/read")
    assert page.status_code == 200
    for words in (
        "In short",
        "Ada Byron",
        "Section 1",
        "Section 2",
        "<td>Arches</td>",
        "Participants by country",
    ):
        assert words in page.text
    assert "Poland" in page.text
    assert [int(level) for level in re.findall(r"<h(\d)", page.text.split("<article")[1])][:2] == [1, 2]


def test_the_contents_lead_to_what_is_there(client: FlaskClient, app: Flask) -> None:
    with writing() as session:
        visit = make_report(session, "One", "Two", summary="In short")
        take_part(session, visit)
    text = client.get(f"/library/{visit.slug}/read").text
    anchors = re.findall(r'<li><a href="#([\w-]+)"', text)
    assert anchors == ["summary", "section-1", "section-2", "figures", "commitments"]
    assert all(text.count(f'id="{anchor}"') == 1 for anchor in anchors)


def test_commitments_are_shown_as_their_people_agreed(client: FlaskClient, app: Flask) -> None:
    with writing() as session:
        visit = make_report(session, "One")
        take_part(session, visit)
    text = client.get(f"/library/{visit.slug}/read").text
    assert {number for number in range(1, 6) if f"Promise {number}" in text} == {1, 3, 4}
    assert {number for number in range(1, 6) if f"Person {number}" in text} == {3}


def test_our_words_say_which_language_they_are_in(client: FlaskClient, app: Flask) -> None:
    with writing() as session:
        polish = make_report(session, "Jeden", language="pl", summary="Krótko")
        finnish = make_report(session, "Yksi", language="fi", summary="Lyhyesti")
    text = client.get(f"/library/{polish.slug}/read").text
    assert 'class="report" lang="pl"' in text
    assert '<span lang="en">Summary</span>' in text
    text = client.get(f"/library/{finnish.slug}/read").text
    assert '<h2 id="summary">Tiivistelmä</h2>' in text


def test_what_was_handed_in_as_a_file_or_is_no_longer_a_draft_has_no_such_page(
    client: FlaskClient, app: Flask
) -> None:
    with writing() as session:
        visits = [make_visit(session, make_call(session)) for _number in range(3)]
        make_document(session, visits[0], DocumentState.PUBLISHED)
        make_document(session, visits[1], DocumentState.IN_REVIEW, is_written=True)
        make_document(session, visits[2], DocumentState.DRAFT, is_written=True)
    assert {client.get(f"/library/{one.slug}/read").status_code for one in visits} == {404}
    assert "Read it here" not in client.get(f"/library/{visits[0].slug}").text


def test_the_entry_leads_to_the_page(client: FlaskClient, app: Flask) -> None:
    with writing() as session:
        visit = make_report(session, "One")
    assert f'href="/library/{visit.slug}/read"' in client.get(f"/library/{visit.slug}").text


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](//evil)"])
def test_nothing_that_is_written_is_active(client: FlaskClient, app: Flask, typed: str) -> None:
    with writing() as session:
        visit = make_report(session, typed, summary=typed, title=typed, authors=typed)
    article = client.get(f"/library/{visit.slug}/read").text.split("<article")[1]
    for active in ("<script", 'href="javascript', 'src="//evil'):
        assert active not in article


def test_a_page_costs_the_same_however_long_the_report_is(client: FlaskClient, app: Flask) -> None:
    with writing() as session:
        short, long = make_report(session, "One"), make_report(session, *["Text"] * 12)
        take_part(session, long)
    costs = []
    for visit in (short, long):
        with counting(db.engine) as seen:
            client.get(f"/library/{visit.slug}/read")
        costs.append(len(seen))
    assert costs[0] == costs[1]


def test_those_who_write_and_judge_see_the_page_before_it_is_out(app: Flask) -> None:
    with writing() as session:
        visit = make_visit(session, make_call(session))
        author, organiser = make_author(session, visit), make_organiser(session, visit.call.programme)
        host, stranger = make_host(session, visit), make_person(session, "Somebody Else")
        draft = make_document(session, visit, is_written=True)
        make_section(session, draft, text="As it *stands*")
    page = f"/documents/{draft.id}/read"
    for person in (author, organiser, host):
        text = sign_in(app.test_client(), person).get(page).text
        assert "As it <em>stands</em>" in text
        assert "Not published yet" in text
    assert sign_in(app.test_client(), stranger).get(page).status_code in {403, 404}
    assert app.test_client().get(page).status_code == 302

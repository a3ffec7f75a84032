"""Filters, columns, views, duplicates and exports of the organiser's list."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from peer_visits.accounts.models import OrganisationKind, Person
from peer_visits.applications.drafts import write_draft
from peer_visits.applications.models import Application, SavedView
from peer_visits.applications.rules import ApplicationContent
from peer_visits.audit.models import AuditLine
from peer_visits.questions.kinds import Kind
from peer_visits.storage.transaction import db, reading, writing
from peer_visits.web.cells import safe_cell
from tests.support.factories import (
    make_application,
    make_call,
    make_organiser,
    make_person,
    make_programme,
    make_question,
    make_visit,
)
from tests.support.statements import counting

ClientOf = Callable[[Person], FlaskClient]
EVERYBODY = ["Ann Finn", "Bo Dutch", "Cy Kept", "Di Draft"]


@dataclass
class Desk:
    """An organiser's browser at the list of a call with four applications, and a stranger's."""

    client: FlaskClient
    stranger: FlaskClient
    path: str
    first: str
    second: str
    question: str

    def found(self, query: str) -> list[str]:
        page = self.client.get(self.path + query)
        assert page.status_code == 200, page.text
        return [name for name in EVERYBODY if f">{name}</a>" in page.text]


@pytest.fixture
def desk(app: Flask, client_of: ClientOf, at_now: datetime) -> Desk:
    with writing() as session:
        programme = make_programme(session)
        organiser = make_organiser(session, programme)
        stranger = make_organiser(session, make_programme(session), "Stan Stranger")
        call = make_call(
            session, programme, eligible_countries=["FI", "NL"], eligible_kinds=["local", "civil"]
        )
        first, second = make_visit(session, call), make_visit(session, call)
        question = make_question(session, call, Kind.SHORT, required=False, labels={"en": "Which year?"})
        ann = make_person(session, "Ann Finn", country="FI")
        bo = make_person(session, "Bo Dutch", country="NL", organisation_kind=OrganisationKind.CIVIL)
        cy = make_person(session, "Cy Kept", country="US")
        changed = make_application(session, call, [first, second], ann, brings="=1+1")
        changed.draft = write_draft(ApplicationContent())
        make_application(session, call, [second, first], bo, brings="Łódź archive")
        make_application(session, call, [second], cy, allowed_reason="A partner of ours.")
        make_application(session, call, [first], make_person(session, "Di Draft"), submitted=False)
        values = f"/organise/calls/{call.slug}/applications", first.slug, second.slug, question.id.hex
    return Desk(client_of(organiser), client_of(stranger), *values)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", EVERYBODY),
        ("?country=NL", ["Bo Dutch"]),
        ("?country=ZZ", []),
        ("?country=%00%00", EVERYBODY),
        ("?kind=civil", ["Bo Dutch"]),
        ("?kind=odd", EVERYBODY),
        ("?eligibility=fits", ["Ann Finn", "Bo Dutch", "Di Draft"]),
        ("?eligibility=kept_out", ["Cy Kept"]),
        ("?eligibility=let_in", ["Cy Kept"]),
        ("?changed=1", ["Ann Finn"]),
        ("?rank=1", EVERYBODY),
        ("?q=lodz", ["Bo Dutch"]),
        ("?q=lodz&country=FI", []),
    ],
)
def test_each_filter_and_some_together(desk: Desk, query: str, names: list[str]) -> None:
    assert desk.found(query) == names


def test_a_visit_as_first_or_second_choice(desk: Desk) -> None:
    assert desk.found(f"?visit={desk.second}") == ["Ann Finn", "Bo Dutch", "Cy Kept"]
    assert desk.found(f"?visit={desk.second}&rank=1") == ["Bo Dutch", "Cy Kept"]
    assert desk.found(f"?visit={desk.second}&rank=2") == ["Ann Finn"]


def test_columns_are_chosen_and_odd_ones_left_out(desk: Desk) -> None:
    page = desk.client.get(f"{desk.path}?columns=name&columns={desk.question}&columns=odd").text
    assert '<th scope="col">Which year?</th>' in page
    assert 'data-label="Organisation"' not in page


def test_a_view_is_saved_followed_replaced_and_removed(desk: Desk) -> None:
    answer = desk.client.post(f"{desk.path}/views?country=NL&page=3", data={"name": "Dutch"})
    assert answer.status_code == 302
    view = reading().scalars(select(SavedView)).one()
    assert view.query == "country=NL"
    assert f"?{view.query}" in desk.client.get(desk.path).text
    desk.client.post(f"{desk.path}/views?country=FI", data={"name": "Dutch"})
    reading().rollback()
    assert reading().scalars(select(SavedView.query)).one() == "country=FI"
    assert desk.client.post(f"{desk.path}/views", data={"name": ""}).status_code == 422
    assert desk.stranger.post(f"/organise/views/{view.id}/forget").status_code == 404
    assert desk.client.post(f"/organise/views/{view.id}/forget").status_code == 302
    reading().rollback()
    assert reading().scalars(select(SavedView)).all() == []


def test_one_person_with_two_accounts_is_pointed_out(desk: Desk) -> None:
    assert "may have applied twice" not in desk.client.get(desk.path).text
    with writing() as session:
        call = session.scalars(select(Application)).first()
        assert call is not None
        twin = make_person(session, "ANN  Finn", email="ann.finn@example.org", country="FI")
        session.add(
            Application(
                call_id=call.call_id,
                person_id=twin.id,
                draft=write_draft(ApplicationContent()),
                sort_name="ann finn",
                country="FI",
                created_at=twin.created_at + timedelta(days=1),
                saved_at=twin.created_at,
            )
        )
    assert "1 person may have applied twice" in desk.client.get(desk.path).text
    page = desk.client.get(f"{desk.path}/duplicates").text
    assert "ann.finn@example.org" in page
    assert "Bo Dutch" not in page


def test_exports_hold_what_is_filtered_and_no_formula(desk: Desk) -> None:
    answer = desk.client.get(f"{desk.path}.csv?country=FI")
    assert answer.status_code == 200
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert {row["Applicant"] for row in rows} == {"Ann Finn", "Di Draft"}
    ann = next(row for row in rows if row["Applicant"] == "Ann Finn")
    assert ann["What you bring"] == "'=1+1"
    assert ann["1st choice: why"] == "Why choice 1."
    book = openpyxl.load_workbook(io.BytesIO(desk.client.get(f"{desk.path}.xlsx?country=FI").data))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert "=1+1" in [cell.value for cell in cells]
    assert all(cell.data_type != "f" for cell in cells)
    reading().rollback()
    lines = reading().scalars(select(AuditLine.action).where(AuditLine.action == "applications.exported"))
    assert len(list(lines)) == 2
    assert desk.stranger.get(f"{desk.path}.csv").status_code == 404


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_cell_never_begins_like_a_formula(start: str) -> None:
    assert safe_cell(f"{start}1+1").startswith("'")
    assert safe_cell("1+1") == "1+1"


@pytest.mark.parametrize(
    "query", ["", "?q=why", "?country=FI", "?visit=x&rank=1", "?columns=name,substitute"]
)
def test_the_list_costs_the_same_for_one_and_for_three(
    app: Flask, client_of: ClientOf, at_now: datetime, query: str
) -> None:
    counts = []
    for people in (1, 3):
        with writing() as session:
            programme = make_programme(session)
            organiser, call = make_organiser(session, programme), make_call(session, programme)
            visits = [make_visit(session, call), make_visit(session, call)]
            for _number in range(people):
                make_application(session, call, visits)
            path = f"/organise/calls/{call.slug}/applications{query}"
        client = client_of(organiser)
        with counting(db.engine) as seen:
            assert client.get(path).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]

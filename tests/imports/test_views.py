"""From a table to applications: a thousand rows, exactly the faulty ones told, nothing written before told to."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application
from peer_visits.applications.services.sending import take_in_at_once
from peer_visits.applications.states import ApplicationState
from peer_visits.audit.models import AuditLine
from peer_visits.cli.check import find_broken
from peer_visits.imports import services
from peer_visits.imports.models import ImportFile
from peer_visits.imports.sweeps import KEPT_FOR, forget_imports
from peer_visits.outbox.models import Message
from peer_visits.storage.transaction import reading, writing
from tests.support.factories import (
    make_application,
    make_call,
    make_organiser,
    make_person,
    make_programme,
    make_visit,
)

ClientOf = Callable[[Person], FlaskClient]
HEADS = ["Name", "E-mail", "Organisation", "Kind of organisation", "Country", "1st choice", "1st choice: why"]
HEADS += ["What you bring", "What you want to learn", "Submission date", "Collector ID"]
ROWS, FAULTY = 1000, 37
# One way to spoil a row for each column that can be spoilt: the head, and what stands there.
SPOILS = [
    ("Name", ""),
    ("E-mail", ""),
    ("E-mail", "nobody"),
    ("E-mail", "known@example.org"),
    ("Organisation", ""),
    ("Kind of organisation", "A club"),
    ("Country", "Atlantis"),
    ("Country", "US"),
    ("1st choice", "Nowhere"),
    ("1st choice: why", ""),
    ("1st choice: why", "x" * 2001),
    ("What you bring", "y" * 4001),
    ("What you want to learn", ""),
    ("Submission date", "yesterday"),
]


@dataclass
class Desk:
    """An organiser's browser, a stranger's, and the call."""

    client: FlaskClient
    stranger: FlaskClient
    slug: str
    place: str

    def upload(self, content: bytes, name: str = "table.csv") -> str:
        data = {"file": (io.BytesIO(content), name)}
        answer = self.client.post(f"/organise/calls/{self.slug}/import", data=data)
        assert answer.status_code == 302, answer.text
        return str(answer.headers["Location"])

    def confirm_columns(self, path: str) -> None:
        reading().rollback()
        started = reading().scalars(select(ImportFile).order_by(ImportFile.created_at.desc())).first()
        assert started is not None
        data = {f"column_{at}": target for at, target in started.mapping.items()}
        answer = self.client.post(path, data={**data, "version": str(started.version)})
        assert answer.status_code == 302, answer.text

    def row(self, number: int) -> dict[str, str]:
        values = [
            f"Person {number}",
            f"p{number}@example.org",
            "City of Example",
            "Local authority",
            "Finland",
        ]
        values += [self.place, "Why not.", "Much.", "More.", "2026-05-01 10:00", "77"]
        return dict(zip(HEADS, values, strict=True))


def table(rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADS)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


@pytest.fixture
def desk(app: Flask, client_of: ClientOf, at_now: datetime) -> Desk:
    with writing() as session:
        programme = make_programme(session)
        organiser = make_organiser(session, programme)
        stranger = make_organiser(session, make_programme(session), "Stan Stranger")
        call = make_call(session, programme, eligible_countries=["FI", "NL"])
        visit = make_visit(session, call)
        make_application(session, call, [visit], make_person(session, email="known@example.org"))
        slug, place = call.slug, visit.place
    return Desk(client_of(organiser), client_of(stranger), slug, place)


def count(model: type) -> int:
    reading().rollback()
    return reading().scalar(select(func.count()).select_from(model)) or 0


def spoilt_rows(desk: Desk) -> tuple[list[dict[str, str]], dict[int, str]]:
    """A thousand rows, 37 of them spoilt; and by the row's number in the file the head that is wrong."""
    rows = [desk.row(number) for number in range(ROWS)]
    chosen = random.Random(37).sample(range(10, ROWS), FAULTY - 1)
    wrong = {}
    for turn, at in enumerate(chosen):
        head, cell = SPOILS[turn % len(SPOILS)]
        rows[at] = {**rows[at], head: cell}
        wrong[at + 2] = head
    rows[5] = {**rows[5], "E-mail": rows[4]["E-mail"].upper()}
    return rows, {**wrong, 7: "E-mail"}


WORDS = {
    "E-mail": "E-mail address",
    "Submission date": "When it was sent",
}


def test_exactly_the_faulty_rows_are_told_and_nothing_is_written_before_told_to(desk: Desk) -> None:
    rows, wrong = spoilt_rows(desk)
    before = count(Application), count(Person)
    path = desk.upload(table(rows))
    desk.confirm_columns(path)
    answer = desk.client.get(f"{path}/report.csv")
    told = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert {(int(row["Row"]), row["Column"]) for row in told} == {
        (number, WORDS.get(head, head)) for number, head in wrong.items()
    }
    page = desk.client.get(f"{path}/report").text
    assert "<b>963</b>" in page
    assert "<b>37</b>" in page
    assert (count(Application), count(Person)) == before
    refused = desk.client.post(f"{path}/report", data={"version": "2", "faulty": "37"})
    assert refused.status_code == 422, "faulty rows are left out only when told to"
    stale = desk.client.post(f"{path}/report", data={"version": "2", "faulty": "36", "leave_out": "y"})
    assert stale.status_code == 422, "another number than the one seen"
    assert (count(Application), count(Person)) == before
    done = desk.client.post(f"{path}/report", data={"version": "2", "faulty": "37", "leave_out": "y"})
    assert done.status_code == 302
    assert count(Application) == before[0] + 963
    assert count(Message) == 0, "nobody gets a mail"
    assert find_broken(reading()) == []
    again = desk.client.post(f"{path}/report", data={"version": "3", "faulty": "1000", "leave_out": "y"})
    assert again.status_code == 422
    assert count(Application) == before[0] + 963


def test_what_is_taken_in_is_an_application_like_any_other(desk: Desk) -> None:
    path = desk.upload(table([desk.row(1)]))
    desk.confirm_columns(path)
    assert desk.client.post(f"{path}/report", data={"version": "2", "faulty": "0"}).status_code == 302
    reading().rollback()
    application = reading().scalars(select(Application).where(Application.is_imported)).one()
    person = reading().get_one(Person, application.person_id)
    assert (application.state, application.sent_number) == (ApplicationState.SUBMITTED, 1)
    assert application.submitted_at is not None
    assert application.submitted_at.isoformat() == "2026-05-01T10:00:00+00:00"
    assert (person.name, person.password_hash, person.email_verified_at) == ("Person 1", None, None)
    page = desk.client.get(f"/organise/applications/{application.id}").text
    assert "Much." in page
    assert "Person 1" in desk.client.get(f"/organise/calls/{desk.slug}/applications?q=person").text
    actions = set(reading().scalars(select(AuditLine.action)))
    assert {"import.begun", "import.taken_in", "application.submitted"} <= actions


def test_all_or_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    path = desk.upload(table([desk.row(number) for number in range(5)]))
    desk.confirm_columns(path)
    before, taken = (count(Application), count(Person)), []

    def fails_at_the_third_part(*arguments: Any, **named: Any) -> None:
        taken.extend(take_in_at_once(*arguments, **named))
        if len(taken) == 5:
            raise RuntimeError("the disk is full")

    monkeypatch.setattr(services, "AT_A_TIME", 2)
    monkeypatch.setattr(services, "take_in_at_once", fails_at_the_third_part)
    assert desk.client.post(f"{path}/report", data={"version": "2", "faulty": "0"}).status_code == 500
    assert len(taken) == 5, "all were written before"
    assert (count(Application), count(Person)) == before
    monkeypatch.undo()
    assert desk.client.post(f"{path}/report", data={"version": "2", "faulty": "0"}).status_code == 302
    assert count(Application) == before[0] + 5


def test_columns_must_make_sense(desk: Desk) -> None:
    path = desk.upload(table([desk.row(1)]))
    nobody = {"version": "1", "column_0": "name", "column_1": ""}
    assert desk.client.post(path, data=nobody).status_code == 422
    twice = {"version": "1", "column_0": "name", "column_1": "email", "column_2": "name"}
    assert desk.client.post(path, data=twice).status_code == 422
    odd = {"version": "1", "column_0": "name", "column_1": "email", "column_2": "odd"}
    assert desk.client.post(path, data=odd).status_code == 422
    good = {"version": "1", "column_0": "name", "column_1": "email"}
    assert desk.client.post(path, data=good).status_code == 302
    assert desk.client.post(path, data=good).status_code == 422, "an older window"


def test_many_faulty_rows_stand_on_several_pages(desk: Desk) -> None:
    rows = [{**desk.row(number), "Country": "Atlantis"} for number in range(101)]
    path = desk.upload(table([*rows, desk.row(101)]))
    desk.confirm_columns(path)
    first = desk.client.get(f"{path}/report").text
    assert "<b>101</b>" in first
    assert "p99@example.org" in first
    assert "p100@example.org" not in first
    assert f"{path}/report?page=2" in first
    second = desk.client.get(f"{path}/report?page=2").text
    assert "p100@example.org" in second
    assert "p99@example.org" not in second
    told = {"version": "2", "faulty": "101", "leave_out": "y"}
    assert desk.client.post(f"{path}/report?page=2", data=told).status_code == 302


@pytest.mark.parametrize("content", [b"", b"<html></html>", b"PK\x03\x04nothing"])
def test_a_table_that_cannot_be_read_is_told_at_its_field(desk: Desk, content: bytes) -> None:
    data = {"file": (io.BytesIO(content), "table.xlsx")}
    answer = desk.client.post(f"/organise/calls/{desk.slug}/import", data=data)
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text
    assert count(ImportFile) == 0


def test_an_import_is_nobody_elses_and_is_forgotten_after_a_week(desk: Desk, at_now: datetime) -> None:
    path = desk.upload(table([desk.row(1)]))
    assert desk.stranger.get(path).status_code == 404
    assert desk.stranger.post(f"{path}/report", data={"version": "1"}).status_code == 404
    assert forget_imports(at_now + KEPT_FOR) == 0
    assert forget_imports(at_now + KEPT_FOR + timedelta(seconds=1)) == 1


def test_the_empty_table_of_a_call_is_understood_when_it_comes_back(desk: Desk) -> None:
    heads = desk.client.get(f"/organise/calls/{desk.slug}/import/template.csv").text
    path = desk.upload((heads + "x" + "," * (heads.count(",")) + "\n").encode())
    reading().rollback()
    started = reading().scalars(select(ImportFile)).one()
    assert len(started.mapping) == len(started.headers), path

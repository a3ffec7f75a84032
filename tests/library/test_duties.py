"""Which reports are owed, by whom and by when; what is late stands on the organiser's desk."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from peer_visits.accounts.models import Person
from peer_visits.calls.states import CallState
from peer_visits.library.models import AnalyticalDocument, DocumentAuthor
from peer_visits.library.states import DocumentState
from peer_visits.library.sweeps import owe_reports
from peer_visits.outbox.models import Message
from peer_visits.outbox.reasons import why_gone
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import db, reading, writing
from peer_visits.visits.models import Visit
from tests.support.factories import (
    make_application,
    make_call,
    make_organiser,
    make_person,
    make_programme,
    make_visit,
)
from tests.support.library_factories import make_author, make_document
from tests.support.places_factories import make_place
from tests.support.statements import counting

NEW = "nora@example.org"


@dataclass
class Duties:
    """A call with a visit and its organiser, and somebody with an account who could write."""

    call: str
    visit: str
    visit_id: uuid.UUID
    organiser: FlaskClient
    nora: FlaskClient
    nora_id: uuid.UUID

    @property
    def page(self) -> str:
        return f"/organise/visits/{self.visit}/report"

    @property
    def reports(self) -> str:
        return f"/organise/calls/{self.call}/reports"

    def document(self) -> AnalyticalDocument:
        reading().rollback()
        return reading().scalars(select(AnalyticalDocument)).unique().one()

    def mails(self) -> list[tuple[str, str]]:
        reading().rollback()
        found = reading().scalars(select(Message).order_by(Message.created_at, Message.kind))
        return [(one.kind, one.to_name) for one in found]


@pytest.fixture
def duties(at_now: datetime, client_of: Callable[[Person], FlaskClient]) -> Duties:
    with writing() as session:
        programme = make_programme(session)
        visit = make_visit(session, make_call(session, programme, state=CallState.PUBLISHED))
        visit.held_ends_on = visit.held_starts_on = None
        visit.announced_starts_on = visit.announced_ends_on = date(2026, 4, 30)
        organiser, nora = make_organiser(session, programme), make_person(session, "Nora New", email=NEW)
        names = (visit.call.slug, visit.slug, visit.id)
        ids = (organiser.id, nora.id)
    browsers = [client_of(reading().get_one(Person, one)) for one in ids]
    return Duties(*names, browsers[0], browsers[1], ids[1])


def come(duties: Duties) -> None:
    with writing() as session:
        visit = session.get_one(Visit, duties.visit_id)
        application = make_application(session, visit.call, [visit], make_person(session, "Pia Participant"))
        make_place(session, visit, application, PlaceState.ACCEPTED)


def test_an_author_is_named_and_told_and_the_report_is_owed(duties: Duties) -> None:
    answer = duties.organiser.post(f"{duties.page}/authors", data={"email": NEW}, follow_redirects=True)
    assert "Nora New" in answer.text
    document = duties.document()
    assert (document.state, document.due_on) == (DocumentState.OWED, date(2026, 5, 15))
    [mail] = reading().scalars(select(Message)).all()
    assert mail.kind == "document.assigned"
    assert "15 May 2026" in mail.text
    assert f"/documents/{document.id}" in mail.text
    assert duties.nora.get(f"/documents/{document.id}").status_code == 200


def test_an_author_is_released_and_finds_nothing_any_more(duties: Duties, now: datetime) -> None:
    duties.organiser.post(f"{duties.page}/authors", data={"email": NEW})
    document_id = duties.document().id
    duties.organiser.post(f"{duties.page}/authors/{duties.nora_id}/release")
    assert duties.mails() == [("document.assigned", "Nora New"), ("document.unassigned", "Nora New")]
    assert duties.nora.get(f"/documents/{document_id}").status_code == 403
    with writing() as session:
        gone = {one.kind: why_gone(session, one, now) for one in session.scalars(select(Message))}
    assert gone["document.assigned"] is not None
    assert gone["document.unassigned"] is None


@pytest.mark.parametrize(
    ("email", "said"), [("nobody@example.org", "no confirmed account"), ("x", "e-mail address")]
)
def test_an_address_without_an_account_is_told(duties: Duties, email: str, said: str) -> None:
    answer = duties.organiser.post(f"{duties.page}/authors", data={"email": email})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{email}"' in answer.text


def test_nobody_is_named_or_released_twice(duties: Duties) -> None:
    for _time in range(2):
        answer = duties.organiser.post(f"{duties.page}/authors", data={"email": NEW})
    assert answer.status_code == 422
    assert "writes this report already" in answer.text
    release = f"{duties.page}/authors/{duties.nora_id}/release"
    for _time in range(2):
        answer = duties.organiser.post(release, follow_redirects=True)
    assert "does not write this report any more" in answer.text
    assert len(duties.mails()) == 2


def test_the_day_is_set_and_given_back_to_the_visit(duties: Duties, now: datetime) -> None:
    duties.organiser.post(f"{duties.page}/authors", data={"email": NEW})
    set_it = duties.organiser.post(f"{duties.page}/due", data={"version": "1", "due_on": "2026-06-30"})
    assert set_it.status_code == 302
    assert owe_reports(now) == 0
    assert (duties.document().due_on, duties.document().is_due_set) == (date(2026, 6, 30), True)
    duties.organiser.post(f"{duties.page}/due", data={"version": "2", "due_on": ""})
    assert (duties.document().due_on, duties.document().is_due_set) == (date(2026, 5, 15), False)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"version": "7", "due_on": "2026-06-30"}, "changed by someone else"),
        ({"version": "1", "due_on": "soon"}, "valid date"),
    ],
)
def test_a_day_that_cannot_be_set_is_told(duties: Duties, typed: dict[str, str], said: str) -> None:
    duties.organiser.post(f"{duties.page}/authors", data={"email": NEW})
    answer = duties.organiser.post(f"{duties.page}/due", data=typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert duties.document().due_on == date(2026, 5, 15)


def test_a_visit_that_ended_owes_its_report(duties: Duties, now: datetime) -> None:
    assert owe_reports(now) == 0  # nobody came
    come(duties)
    assert owe_reports(now - timedelta(days=5)) == 0
    assert owe_reports(now) == 1
    assert owe_reports(now) == 0
    assert (duties.document().state, duties.document().due_on) == (DocumentState.OWED, date(2026, 5, 15))


def test_the_day_follows_the_visit(duties: Duties, now: datetime) -> None:
    come(duties)
    owe_reports(now)
    with writing() as session:
        session.get_one(Visit, duties.visit_id).announced_ends_on = date(2026, 5, 2)
    assert owe_reports(now) == 1
    assert duties.document().due_on == date(2026, 5, 17)


def test_what_is_late_stands_on_the_desk_of_the_organiser(duties: Duties) -> None:
    for path in ("/organise", f"/organise/calls/{duties.call}"):
        assert "report is late" not in duties.organiser.get(path).text
    with writing() as session:
        visit = session.get_one(Visit, duties.visit_id)
        make_document(session, visit, DocumentState.DRAFT, due_on=date(2026, 5, 1))
        make_author(session, visit)
    for path in ("/organise", f"/organise/calls/{duties.call}"):
        page = duties.organiser.get(path).text
        assert "1 report is late" in page
        assert duties.reports in page
    page = duties.organiser.get(duties.reports).text
    assert "3 days ago" in page
    assert "Anton Author" in page
    assert "Late" in page


def test_the_list_asks_as_often_for_three_visits_as_for_one(duties: Duties) -> None:
    counts = []
    for more in (1, 3):
        with writing() as session:
            call = session.get_one(Visit, duties.visit_id).call
            for _number in range(more):
                visit = make_visit(session, call)
                make_author(session, visit)
                make_document(session, visit)
        duties.organiser.get(duties.reports)
        with counting(db.engine) as seen:
            duties.organiser.get(duties.reports)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_nobody_else_sees_to_it(duties: Duties) -> None:
    duties.organiser.post(f"{duties.page}/authors", data={"email": NEW})
    for path in (duties.page, duties.reports):
        assert duties.nora.get(path).status_code == 403
    assert duties.nora.post(f"{duties.page}/due", data={"version": "1"}).status_code == 403
    assert reading().get(DocumentAuthor, (duties.visit_id, duties.nora_id)) is not None

"""The selection sheet: who may take it, what stands on it, and that nothing in it runs."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pypdfium2 import PdfDocument
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.audit.models import AuditLine
from peer_visits.calls.models import Call, Criterion
from peer_visits.calls.states import ScoreOrder
from peer_visits.shortlist.services.handing_over import hand_over
from peer_visits.shortlist.services.reading import save_review
from peer_visits.shortlist.sheet.content import read_sheet
from peer_visits.shortlist.sheet.document import sheet_pdf
from peer_visits.shortlist.states import Proposal, Recommendation
from peer_visits.storage.transaction import db, reading, writing
from peer_visits.web.typesetting import NotSet, typeset
from tests.support.factories import NOW, make_host, make_visit
from tests.support.shortlist_factories import (
    HostDesk,
    apply_to_desk,
    criteria_of,
    make_desk,
    put,
    score_all,
)
from tests.support.statements import counting

ClientOf = Callable[[Person], FlaskClient]

pytestmark = pytest.mark.usefixtures("at_now")


def review(session: Session, desk: HostDesk, name: str, reader: Person, **changes: Any) -> None:
    values: dict[str, Any] = {
        "scores": {one.id: 4 for one in criteria_of(session, desk)},
        "conflict_of_interest": False,
        "note": "",
    }
    save_review(
        session,
        actor=reader,
        now=NOW,
        visit=desk.visit,
        choice_id=desk.choices[name],
        version=0,
        **{**values, **changes},
    )


def full_desk(session: Session) -> HostDesk:
    """Ada and Bo shortlisted, Cy in reserve, Di not proposed, Ed undecided; handed over."""
    desk = make_desk(session, "Ada", "Bo", "Cy", "Di", "Ed")
    review(session, desk, "Ada", desk.lead, note="=1+1 knows her field", private_note="Canary alone")
    review(session, desk, "Ada", desk.reviewer, recommendation=Recommendation.SHORTLIST)
    review(session, desk, "Bo", desk.lead)
    review(session, desk, "Cy", desk.reviewer, conflict_of_interest=True, note="A cousin")
    put(session, desk, Proposal.SHORTLISTED, "Bo", "Ada")
    put(session, desk, Proposal.RESERVE, "Cy")
    put(session, desk, Proposal.NOT_PROPOSED, "Di")
    return desk


@pytest.fixture
def desk(app: Flask) -> HostDesk:
    """The full desk, committed."""
    with writing() as session:
        desk = full_desk(session)
        hand_over(session, actor=desk.lead, now=NOW, visit=desk.visit, version=3, note="")
        return desk


def path(desk: HostDesk, kind: str) -> str:
    return f"/host/{desk.visit.slug}/selection-sheet.{kind}"


def sheets(answer: Any) -> dict[str, list[tuple[Any, ...]]]:
    book = load_workbook(io.BytesIO(answer.data))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def column(rows: list[tuple[Any, ...]], head: str) -> list[Any]:
    at = rows[0].index(head)
    return [row[at] for row in rows[1:]]


def text_of(pdf: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in PdfDocument(pdf))


def test_the_workbook_holds_the_order_and_what_it_rests_on(desk: HostDesk, client_of: ClientOf) -> None:
    found = sheets(client_of(desk.organiser).get(path(desk, "xlsx")))
    applicants = found["Applicants"]
    assert column(applicants, "Applicant") == ["Bo", "Ada", "Cy", "Ed", "Di"]
    assert column(applicants, "Place") == [1, 2, 1, None, None]
    assert column(applicants, "Decision") == [
        "Shortlisted",
        "Shortlisted",
        "Reserve",
        "To decide",
        "Not proposed",
    ]
    assert column(applicants, "Expertise") == [4, 4, None, None, None]
    assert column(applicants, "Mean score") == [80, 80, None, None, None]
    assert column(applicants, "Readings") == [1, 2, None, None, None]
    assert column(applicants, "Conflicts of interest")[2] == "Rita Reviewer"
    assert "A cousin" not in str(found), "what somebody with a conflict wrote is not passed on"
    assert "Canary alone" not in str(found)
    readings = found["Readings"]
    assert column(readings, "Recommendation").count("Shortlist") == 1
    decisions = column(found["Decisions"], "What")
    assert decisions[0] == "Shortlist ordered: 2 applicants to “Shortlisted”"
    assert decisions[-1] == "Shortlist sent to the organiser"
    assert set(column(found["Decisions"], "Who")) == {"Lea Lead"}


def test_nothing_in_the_workbook_is_a_formula(desk: HostDesk, client_of: ClientOf) -> None:
    answer = client_of(desk.organiser).get(path(desk, "xlsx"))
    book = load_workbook(io.BytesIO(answer.data))
    kinds = {cell.data_type for sheet in book.worksheets for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n", "inlineStr"}
    assert "Lea Lead: =1+1 knows her field" in column(sheets(answer)["Applicants"], "Notes for the team")
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_document_is_tagged_and_says_the_same(desk: HostDesk, client_of: ClientOf) -> None:
    answer = client_of(desk.lead).get(path(desk, "pdf"))
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert b"pdfuaid" in answer.data
    assert b"StructTreeRoot" in answer.data
    words = text_of(answer.data)
    for expected in ("Selection sheet", "Shortlisted (2)", "Bo", "=1+1 knows her field", "Lea Lead"):
        assert expected in words
    assert "Canary alone" not in words


def test_taking_it_is_logged(desk: HostDesk, client_of: ClientOf) -> None:
    client_of(desk.organiser).get(path(desk, "xlsx"))
    client_of(desk.lead).get(path(desk, "pdf"))
    reading().rollback()
    lines = reading().scalars(select(AuditLine).where(AuditLine.action == "selection_sheet.taken")).all()
    assert [(line.actor_id, line.detail["kind"]) for line in lines] == [
        (desk.organiser.id, "xlsx"),
        (desk.lead.id, "pdf"),
    ]


@pytest.mark.parametrize("kind", ["xlsx", "pdf"])
def test_a_reviewer_and_strangers_get_none(desk: HostDesk, client_of: ClientOf, kind: str) -> None:
    with writing() as session:
        stranger = make_host(session, make_visit(session, desk.call), "Henk Elsewhere")
    assert client_of(desk.reviewer).get(path(desk, kind)).status_code == 403
    assert client_of(stranger).get(path(desk, kind)).status_code == 404


@pytest.mark.parametrize("kind", ["xlsx", "pdf"])
def test_in_a_blind_call_the_lead_gets_no_names_and_the_organiser_does(
    app: Flask, client_of: ClientOf, kind: str
) -> None:
    with writing() as session:
        desk = make_desk(session)
        apply_to_desk(session, desk, "Canaria Name", person={"organisation": "Canary Works"})
        session.get_one(Call, desk.call.id).blind = True
        review(session, desk, "Canaria Name", desk.lead)

    def words(person: Person) -> str:
        answer = client_of(person).get(path(desk, kind))
        return text_of(answer.data) if kind == "pdf" else str(sheets(answer))

    assert "Canar" not in words(desk.lead)
    assert "Application " in words(desk.lead)
    assert "Canaria Name" in words(desk.organiser)
    assert "Canary Works" in words(desk.organiser)


def test_a_lead_in_conflict_sees_no_score_of_others(app: Flask, client_of: ClientOf) -> None:
    with writing() as session:
        desk = make_desk(session, "Ada", "Bo")
        review(session, desk, "Ada", desk.reviewer, note="Canary of Rita")
        review(session, desk, "Ada", desk.lead, conflict_of_interest=True)
        review(session, desk, "Bo", desk.reviewer)
    found = sheets(client_of(desk.lead).get(path(desk, "xlsx")))
    row = column(found["Applicants"], "Applicant").index("Ada")
    assert column(found["Applicants"], "Mean score")[row] is None
    assert column(found["Applicants"], "Conflicts of interest")[row] == "Lea Lead"
    assert "Canary of Rita" not in str(found)
    assert "Canary of Rita" in str(sheets(client_of(desk.organiser).get(path(desk, "xlsx"))))


def test_the_undecided_follow_the_score_that_the_call_chose(session: Session) -> None:
    desk = make_desk(session, *"ABCDEF")
    # The lead is mild, the reviewer strict: what both read says so.
    for name, mild, strict in (("A", 5, 2), ("B", 4, 1), ("C", 5, 2)):
        score_all(session, desk, name, mild)
        score_all(session, desk, name, strict, desk.reviewer)
    score_all(session, desk, "D", 4)
    score_all(session, desk, "E", 3, desk.reviewer)

    def order() -> list[str]:
        sheet = read_sheet(session, desk.visit, desk.organiser, hidden=False, sees_all=True)
        return [row.seen.label for row in sheet.rows if row.seen.label in "DE"]

    assert order() == ["D", "E"]
    desk.visit.call.score_order = ScoreOrder.ADJUSTED
    assert order() == ["E", "D"]


def test_the_sheet_costs_the_same_whatever_there_is(session: Session) -> None:
    few, many = make_desk(session, "Ada"), make_desk(session, *(f"P{n}" for n in range(20)))
    for desk in (few, many):
        for name in desk.choices:
            score_all(session, desk, name, 3)
            score_all(session, desk, name, 2, desk.reviewer)
    session.flush()
    counts = []
    for desk in (few, many):
        with counting(db.engine) as seen:
            read_sheet(session, desk.visit, desk.organiser, hidden=False, sees_all=True)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8


def test_many_criteria_are_numbered_in_the_document(session: Session) -> None:
    desk = make_desk(session, "Ada")
    for at in range(3, 9):
        session.add(Criterion(call_id=desk.call.id, position=at, titles={"en": f"Criterion called {at}"}))
    session.flush()
    words = text_of(
        sheet_pdf(read_sheet(session, desk.visit, desk.organiser, hidden=False, sees_all=True), NOW)
    )
    assert "Criterion 8: Criterion called 8" in words


def test_what_is_written_is_never_run_by_the_typesetter(app: Flask) -> None:
    source = '#set document(title: "T")\n#let data = json(bytes(sys.inputs.data))\n= T\n#data.words'
    assert "#panic(1)" in text_of(typeset(source, {"words": '#panic(1) #read("/etc/passwd")'}))
    with pytest.raises(NotSet):
        typeset(source + '\n#read("/etc/passwd")', {"words": ""})
    with pytest.raises(NotSet):
        typeset("#let f(n) = f(n + 1)\n#f(0)", {})

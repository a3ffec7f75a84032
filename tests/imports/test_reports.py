"""Existing reports from a table and files: told by line what is new, there and wrong; taken in whole or not at all."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from peer_visits.accounts.models import Person
from peer_visits.calls.models import ProgrammeOrganiser
from peer_visits.calls.states import CallState
from peer_visits.cli.check import find_broken
from peer_visits.files.models import StoredFile
from peer_visits.imports.reports import services
from peer_visits.imports.reports.rules import Line, read_line, read_lines
from peer_visits.kernel import clock
from peer_visits.library.duties import owe_document
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.searching import find_hits
from peer_visits.library.states import DocumentState
from peer_visits.library.sweeps import find_ended_visits
from peer_visits.library.taking_in import take_in_document
from peer_visits.outbox.models import Message
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.models import Visit
from tests.support.factories import NOW, make_call, make_organiser, make_programme, make_visit
from tests.support.library_factories import make_document
from tests.support.pdfs import HTML, make_pdf

ClientOf = Callable[[Person], FlaskClient]
PAGE = "/organise/library/import"


@pytest.fixture
def organiser(app: Flask) -> Iterator[Person]:
    """The organiser of three visits: one without a document, one that owes it, one whose author has begun."""
    with clock.frozen(NOW):
        with writing() as session:
            programme = make_programme(session)
            call = make_call(session, programme)
            make_visit(session, call, slug="lodz-2020", place="Łódź", called_title="Wool and water")
            owing = make_visit(session, call, slug="owing-2020")
            session.refresh(owing, ["call"])
            owe_document(session, actor=None, now=NOW, visit=owing)
            make_document(session, make_visit(session, call, slug="begun-2020"), DocumentState.DRAFT)
            make_visit(session, make_call(session), slug="of-others")
            person = make_organiser(session, programme)
        yield person


def look(client: FlaskClient, table: str | None = None, **files: bytes) -> str:
    """Choose a table and PDFs; gives the page that tells what would become of them."""
    sent = [(io.BytesIO(content), f"{name.replace('_', '-')}.pdf") for name, content in files.items()]
    data = {"files": sent} | ({"table": (io.BytesIO(table.encode()), "reports.csv")} if table else {})
    answer = client.post(PAGE, data=data)
    assert answer.status_code == 200, answer.text
    return answer.text


def take_in(client: FlaskClient, page: str, *, leave_out: bool = False) -> str:
    """Press the button of that page."""
    hidden = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page) for name in ("bundle", "wrong")}
    data = {name: found[1] for name, found in hidden.items() if found} | (
        {"leave_out": "y"} if leave_out else {}
    )
    return client.post(f"{PAGE}/take-in", data=data, follow_redirects=True).text


def published() -> list[str]:
    """The slugs of what is in the library now."""
    reading().rollback()  # what requests wrote meanwhile is to be seen
    query = select(AnalyticalDocument.slug).where(AnalyticalDocument.state == DocumentState.PUBLISHED)
    return sorted(reading().scalars(query))


def test_files_named_after_visits_are_taken_in(organiser: Person, client_of: ClientOf) -> None:
    client = client_of(organiser)
    page = look(client, lodz_2020=make_pdf(2), owing_2020=make_pdf(3))
    assert published() == []
    assert "2 reports are in the library." in take_in(client, page)
    assert published() == ["lodz-2020", "owing-2020"]
    assert len(find_hits(reading(), "lodz wool").rows) == 1
    assert reading().scalar(select(func.count()).select_from(Message)) == 0


def test_a_table_tells_what_files_do_not(organiser: Person, client_of: ClientOf) -> None:
    client = client_of(organiser)
    table = (
        "Visit;File;Title;Authors;Date;Language;Licence;DOI;Topics\n"
        "lodz-2020;a.pdf;Mills of Łódź;A. Kowal, B. Nowak;30.06.2020;pl;CC BY 4.0;"
        "https://doi.org/10.5281/zenodo.1;Reuse of buildings, Water\n"
    )
    take_in(client, look(client, table, a=make_pdf()))
    document = reading().scalars(select(AnalyticalDocument).filter_by(slug="lodz-2020")).one()
    assert (document.title, document.authors) == ("Mills of Łódź", "A. Kowal, B. Nowak")
    assert (str(document.dated), document.language, document.doi) == ("2020-06-30", "pl", "10.5281/zenodo.1")
    assert [one.topic for one in document.topics] == ["Reuse of buildings", "Water"]


def test_every_wrong_line_says_why_and_nothing_is_taken_in_unless_told(
    organiser: Person, client_of: ClientOf
) -> None:
    client = client_of(organiser)
    table = (
        "visit,file,date,doi,language\nlodz-2020,,,,\nowing-2020,gone.pdf,,,\nbegun-2020,,,,\nof-others,,,,\n"
        "nowhere,,yesterday,no,klingon\n,x.pdf,,,\n"
    )
    page = look(client, table, lodz_2020=make_pdf(), stray=make_pdf(4), x=HTML)
    for sentence in (
        "The file “gone.pdf” is not among those chosen.",
        "Somebody is working on this visit&#39;s document.",
        "You organise no visit called “of-others”.",
        "The date is not understood.",
        "A DOI looks like",
        "The language is not known.",
        "The line names no visit.",
        "This is not a PDF.",
        "stray.pdf",
    ):
        assert sentence in page, sentence
    assert "Some lines are wrong." in take_in(client, page)
    assert published() == []
    assert "1 report is in the library." in take_in(client, page, leave_out=True)
    assert published() == ["lodz-2020"]


def test_what_is_there_is_left_as_it_is(organiser: Person, client_of: ClientOf) -> None:
    client, content = client_of(organiser), make_pdf(2)
    take_in(client, look(client, lodz_2020=content))
    again = look(client, lodz_2020=content)
    assert "There already" in again
    assert "There is no new report to take in." in take_in(client, again) or "Publish" not in again
    other = look(client, lodz_2020=make_pdf(5))
    assert "Another document of this visit is published." in other
    assert reading().scalar(select(func.count()).select_from(AnalyticalDocument)) == 3


def test_one_that_fails_leaves_none(
    organiser: Person, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, calls = client_of(organiser), []

    def second_fails(*args: Any, **kwargs: Any) -> AnalyticalDocument:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("the disk is gone")
        return take_in_document(*args, **kwargs)

    page = look(client, lodz_2020=make_pdf(), owing_2020=make_pdf(2))
    monkeypatch.setattr(services, "take_in_document", second_fails)
    take_in(client, page)
    assert len(calls) == 2
    assert published() == []
    assert reading().scalar(select(func.count()).select_from(StoredFile)) == 1  # the draft's


def test_what_was_looked_at_is_taken_in_by_nobody_else(
    organiser: Person, client_of: ClientOf, app: Flask
) -> None:
    page = look(client_of(organiser), lodz_2020=make_pdf())
    with writing() as session:
        other = make_organiser(session, make_programme(session))
    take_in(client_of(other), page)
    assert published() == []
    found = client_of(organiser).post(f"{PAGE}/take-in", data={"bundle": "made up"})
    assert found.status_code == 422
    assert "Choose the files again." in found.text


def test_nothing_chosen_and_a_table_of_something_else_are_told_beside_the_field(
    organiser: Person, client_of: ClientOf
) -> None:
    client = client_of(organiser)
    assert "Choose a table, or documents, or both." in client.post(PAGE, data={}).text
    answer = client.post(PAGE, data={"table": (io.BytesIO(b"name,age\na,1\n"), "t.csv")})
    assert answer.status_code == 422
    assert "no column called" in answer.text


def test_the_template_names_the_visits_without_a_report(organiser: Person, client_of: ClientOf) -> None:
    text = client_of(organiser).get(f"{PAGE}/template.csv").text
    assert "lodz-2020,lodz-2020.pdf,Wool and water" in text
    assert "owing-2020" in text
    assert "begun-2020" not in text


def test_the_command_looks_and_takes_in(organiser: Person, app: Flask, tmp_path: Path) -> None:
    (tmp_path / "lodz-2020.pdf").write_bytes(make_pdf())
    (tmp_path / "broken.pdf").write_bytes(HTML)
    run = app.test_cli_runner()
    asked = ["library", "import", str(tmp_path), "--as", organiser.email]
    looked = run.invoke(args=asked)
    assert looked.exit_code == 1
    assert "lodz-2020: Wool and water" in looked.output
    assert "1 new, 0 there, 1 wrong" in looked.output
    assert published() == []
    assert run.invoke(args=[*asked, "--take-in"]).exit_code == 1
    taken = run.invoke(args=[*asked, "--take-in", "--leave-out"])
    assert taken.exit_code == 0, taken.output
    assert published() == ["lodz-2020"]
    (tmp_path / "reports.csv").write_text("visit,title\nlodz-2020,Wool and water\nowing-2020,Owed no more\n")
    again = run.invoke(
        args=["library", "import", str(tmp_path / "reports.csv"), "--as", organiser.email, "--take-in"]
    )
    assert again.exit_code == 0, again.output
    assert "1 new, 1 there, 0 wrong" in again.output


def test_lines_are_numbered_as_a_spreadsheet_does() -> None:
    lines, faults = read_lines(["Visit", "Notes"], [["a", "x"], ["", ""], ["b", "y"]])
    assert faults == []
    assert [(line.number, dict(line.cells)) for line in lines] == [(2, {"visit": "a"}), (4, {"visit": "b"})]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"title": "x" * 301}, "more than 300"),
        ({"authors": "a\u202eb"}, "characters that cannot be shown"),
        ({"topics": "a,b,c,d,e,f"}, "at most 5 topics"),
        ({"topics": "x" * 81}, "at most 80"),
        ({"date": "2021-02-30"}, "not understood"),
    ],
)
def test_a_line_says_what_is_wrong_with_it(cells: dict[str, str], fault: str) -> None:
    told = read_line(Line(2, {"visit": "v", **cells}), title="T", language="en")
    assert any(fault in str(one) for one in told.faults)


OLD = "visit,file,title,place,country,host,starts,ends,format,places\n"


def test_a_visit_of_earlier_years_is_made_with_its_report(organiser: Person, client_of: ClientOf) -> None:
    client = client_of(organiser)
    table = (
        OLD
        + "tampere-2014,a.pdf,Adopt a monument,Tampere,fi,City of Tampere,2014-05-12,2014-05-14,onsite,12\n"
        + "graz-2014,,Repair as a right,Graz,AT,City of Graz,2014-09,,onsite,8\n"
        + "lodz-2020,,,Elsewhere,PL,Somebody,2020-01-01,,online,3\n"
    )
    page = look(client, table, a=make_pdf(2))
    for sentence in (
        "With its visit",
        "visits made with them",
        "12–14 May 2014",
        "12 places",
        "2014-09",
    ):
        assert sentence in page, sentence
    assert reading().scalar(select(func.count()).select_from(Visit)) == 4
    assert "3 reports are in the library." in take_in(client, page)
    reading().rollback()
    made = {one.slug: one for one in reading().scalars(select(Visit).where(Visit.slug.like("%-2014")))}
    tampere, graz = made["tampere-2014"], made["graz-2014"]
    assert (str(tampere.held_starts_on), str(tampere.held_ends_on)) == ("2014-05-12", "2014-05-14")
    assert (graz.held_starts_on, graz.dates_text, graz.dates_certainty) == (
        None,
        "September 2014",
        "month_only",
    )
    assert tampere.call_id == graz.call_id
    assert (tampere.call.state, tampere.call.title) == (CallState.ARCHIVED, "Visits of 2014")
    assert reading().scalars(select(Visit.place).where(Visit.slug == "lodz-2020")).one() == "Łódź"
    assert published() == ["graz-2014", "lodz-2020", "tampere-2014"]
    for path in (
        "/visits/tampere-2014",
        "/library/graz-2014",
        f"/calls/{tampere.call.slug}",
        "/library?year=2014",
    ):
        assert client.get(path).status_code == 200, path
    assert "September 2014" in client.get("/visits/graz-2014").text
    assert "There already" in look(client, table, a=make_pdf(2))
    assert reading().scalar(select(func.count()).select_from(Message)) == 0
    assert not {tampere.id, graz.id} & set(find_ended_visits(reading(), NOW))
    assert find_broken(reading()) == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("Tampere 2014,,T,Tampere,FI,H,2014-05-12,,onsite,12", "small letters, digits and hyphens"),
        ("old,,,Tampere,FI,H,2014-05-12,,onsite,12", "needs these columns, too: title."),
        ("old,,T,Tampere,XQ,H,2014-05-12,,onsite,12", "The country is not known."),
        ("old,,T,Tampere,FI,H,in spring,,onsite,12", "The days of the visit are not understood."),
        ("old,,T,Tampere,FI,H,2014-05-12,2014-05-11,onsite,12", "ends before it begins"),
        ("old,,T,Tampere,FI,H,2014-05,2014-05-11,onsite,12", "leave “ends” empty"),
        ("old,,T,Tampere,FI,H,2030-05-12,,onsite,12", "Only visits that are over"),
        ("old,,T,Tampere,FI,H,2014-05-12,,by bus,12", "online, onsite or hybrid"),
        ("old,,T,Tampere,FI,H,2014-05-12,,onsite,many", "a number from 1 to 1000"),
        ("of-others,,T,Tampere,FI,H,2014-05-12,,onsite,12", "“of-others” is taken"),
        ("old,,,,,,,,,", "fill in the columns of the visit"),
    ],
)
def test_a_visit_that_cannot_be_made_says_why(
    organiser: Person, client_of: ClientOf, line: str, fault: str
) -> None:
    page = look(client_of(organiser), f"{OLD}{line}\n")
    assert fault in page
    assert "With its visit" not in page


def test_who_organises_several_programmes_names_one(organiser: Person, client_of: ClientOf) -> None:
    with writing() as session:
        other = make_programme(session)
        session.add(ProgrammeOrganiser(programme_id=other.id, person_id=organiser.id))
        slug = other.slug
    client, heads = client_of(organiser), OLD.replace("places", "places,programme")
    line = "old-2014,,T,Tampere,FI,City of Tampere,2014-05-12,,onsite,12"
    assert "Name under “programme” one of those you organise" in look(client, f"{heads}{line},\n")
    take_in(client, look(client, f"{heads}{line},{slug}\n"))
    visit = reading().scalars(select(Visit).where(Visit.slug == "old-2014")).one()
    assert visit.call.programme.slug == slug

"""A report is put together from what is written and what is known of the visit."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.printing.gathering import FEWEST, gather_report
from peer_visits.library.printing.sources import Sources
from peer_visits.library.printing.values import AgendaLine, CommitmentLine, PrintedReport, PrintedSection
from peer_visits.places.states import PlaceKind, PlaceState
from peer_visits.storage.transaction import db
from tests.support.factories import make_application, make_call, make_visit
from tests.support.library_factories import make_document
from tests.support.places_factories import make_place
from tests.support.statements import counting

SECTIONS = (PrintedSection("Context", "Words"),)
ITEM = {
    "starts_at": datetime(2026, 9, 14, 22, 30, tzinfo=UTC),
    "ends_at": datetime(2026, 9, 14, 23, 0, tzinfo=UTC),
    "title": "Late walk",
    "speaker": "Ada Byron",
    "text": "More",
}


@pytest.fixture
def document(session: Session) -> AnalyticalDocument:
    visit = make_visit(
        session,
        make_call(session),
        capacity=30,
        held_starts_on=date(2026, 9, 14),
        held_ends_on=date(2026, 9, 16),
    )
    return make_document(session, visit, authors="Ada Byron, Łucja Żak", language="fi")


def take_part(session: Session, document: AnalyticalDocument, *countries: str, kind: str = "local") -> None:
    visit = document.visit
    for seat, country in enumerate(countries, 1):
        application = make_application(session, visit.call, [visit], country=country, organisation_kind=kind)
        make_place(session, visit, application, PlaceState.ACCEPTED, seat)


def gathered(session: Session, document: AnalyticalDocument, sources: Sources | None = None) -> PrintedReport:
    return gather_report(session, document, SECTIONS, sources or Sources())


def test_what_is_known_is_said_in_the_language_of_the_report(
    session: Session, document: AnalyticalDocument
) -> None:
    take_part(session, document, "PL", "PL", "FI", "HR", "PL")
    report = gathered(session, document)
    assert report.authors == ("Ada Byron", "Łucja Żak")
    assert report.dates == "14.–16. syyskuuta 2026"
    assert report.sections == SECTIONS
    countries, kinds = report.figures
    assert countries.title == "Osallistujat maittain"
    assert countries.rows == (("Puola", (3,)), ("Kroatia", (1,)), ("Suomi", (1,)))
    assert kinds.rows == (("Paikallisviranomainen", (5,)),)


def test_the_figures_of_a_handful_are_not_shown(session: Session, document: AnalyticalDocument) -> None:
    take_part(session, document, *["PL"] * (FEWEST - 1))
    assert gathered(session, document).figures == ()


def test_only_those_who_took_part_are_counted(session: Session, document: AnalyticalDocument) -> None:
    take_part(session, document, *["PL"] * FEWEST)
    visit = document.visit
    for seat, (state, kind) in enumerate(
        (
            (PlaceState.WITHDRAWN, PlaceKind.PARTICIPANT),
            (PlaceState.OFFERED, PlaceKind.PARTICIPANT),
            (PlaceState.ACCEPTED, PlaceKind.HOST_GUEST),
        ),
        20,
    ):
        place = make_place(session, visit, make_application(session, visit.call, [visit]), state, seat)
        if kind is not PlaceKind.PARTICIPANT:
            place.seat, place.kind = None, kind
    session.flush()
    assert gathered(session, document).figures[0].rows == (("Puola", (FEWEST,)),)


def test_the_agenda_stands_by_the_clock_of_the_visit(session: Session, document: AnalyticalDocument) -> None:
    sources = Sources(
        agenda=lambda _session, _visit: [ITEM],
        commitments=lambda _session, _visit: [CommitmentLine("Ask", "Ada")],
    )
    report = gathered(session, document, sources)
    assert report.agenda == (AgendaLine(date(2026, 9, 15), "00:30", "01:00", "Late walk", "Ada Byron"),)
    assert report.commitments == (CommitmentLine("Ask", "Ada"),)


def test_the_number_of_statements_is_that_of_its_sources(
    session: Session, document: AnalyticalDocument
) -> None:
    take_part(session, document, *["PL", "FI", "HR"] * 4)
    with counting(db.engine) as seen:
        gathered(session, document)
    assert len(seen) == 1

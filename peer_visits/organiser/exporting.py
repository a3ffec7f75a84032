"""Exports of applications: what the list shows, every page of it, as CSV or XLSX, in flat memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO

from sqlalchemy.orm import Session

from peer_visits.applications.copies import make_reader
from peer_visits.applications.models import Application
from peer_visits.calls.models import Call
from peer_visits.organiser.columns import Column, choice_columns, fixed_columns, make_row, question_columns
from peer_visits.organiser.queries import ApplicationFilter, applications_of_call
from peer_visits.questions.queries import read_questionnaire
from peer_visits.web.workbooks import WorkbookTable, write_workbook

ROWS_AT_ONCE = 200
LANGUAGE = "en"


def export_columns(session: Session, call: Call) -> list[Column]:
    """Every column: about the person, each choice, each question."""
    questionnaire = read_questionnaire(session, call.id, retired=True)
    about = [one for one in fixed_columns() if one.key != "choices"]
    return [
        *about,
        *choice_columns(questionnaire, call.max_choices, LANGUAGE),
        *question_columns(questionnaire, LANGUAGE),
    ]


def export_rows(
    session: Session, call: Call, wanted: ApplicationFilter, columns: Sequence[Column]
) -> Iterator[list[str]]:
    """The cells of each application, fetched a few hundred at a time and forgotten again."""
    reader = make_reader(session, call.id, language=LANGUAGE)
    questionnaire = read_questionnaire(session, call.id)
    query = applications_of_call(session, call, wanted).execution_options(yield_per=ROWS_AT_ONCE)
    for part in session.scalars(query).partitions():
        for application in part:
            row = make_row(application, reader, questionnaire)
            yield [column.value(row) for column in columns]
        _forget(session, part)


def _forget(session: Session, applications: Sequence[Application]) -> None:
    for application in applications:
        session.expunge(application.person)
        session.expunge(application)  # its choices go with it


def write_xlsx(columns: Sequence[Column], rows: Iterator[list[str]]) -> IO[bytes]:
    """A workbook in a temporary file, at its beginning; every cell is text."""
    return write_workbook([WorkbookTable("Applications", [column.label for column in columns], rows)])

"""What an import costs, and that rows taken in together are what each would be alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice, SentVersion
from peer_visits.applications.searching import NAME
from peer_visits.audit.models import AuditLine
from peer_visits.imports import services
from peer_visits.imports.reading import Sheet
from peer_visits.imports.services import begin_import, take_in_import
from peer_visits.storage.transaction import db
from tests.support.factories import NOW, make_call, make_organiser, make_programme, make_question, make_visit
from tests.support.statements import counting

HEADS = ["Name", "E-mail", "Organisation", "Kind of organisation", "Country", "Submission date"]
HEADS += ["1st choice", "1st choice: why", "2nd choice", "2nd choice: why"]
HEADS += ["What you bring", "What you want to learn", "A topic"]
NEW_IDS = {"id", "person_id", "application_id", "subject_id"}


class Desk:
    """An organiser with a call, who takes tables in."""

    def __init__(self, session: Session) -> None:
        programme = make_programme(session)
        self.session = session
        self.organiser = make_organiser(session, programme)
        self.call = make_call(session, programme, max_choices=2)
        self.places = [make_visit(session, self.call).place for _number in range(3)]
        make_question(session, self.call, labels={"en": "A topic"}, required=False)

    def take_in(self, *numbers: int) -> int:
        sheet = Sheet("table.csv", HEADS, [self.row(number) for number in numbers], is_guessed=False)
        started = begin_import(self.session, actor=self.organiser, now=NOW, call=self.call, sheet=sheet)
        return take_in_import(
            self.session, actor=self.organiser, now=NOW, started=started, version=started.version, leave_out=0
        )

    def row(self, number: int) -> list[str]:
        """Some wish for two visits, some tell when they wrote, some say nothing of a topic."""
        sent = (NOW - timedelta(hours=number)).strftime("%Y-%m-%d %H:%M") if number % 2 else ""
        second = [self.places[(number + 1) % 3], "Then this."] if number % 3 else ["", ""]
        name, email = f"Ola Łuk {number:03}", f"ola{number:03}@example.org"
        person = [name, email, "City of Łódź", "Local authority", "Poland", sent]
        topic = "Squares" if number % 4 else ""
        return [*person, self.places[number % 3], "First this.", *second, f"Much {number}.", "More.", topic]

    def statements(self, *numbers: int) -> list[str]:
        self.session.flush()
        with counting(db.engine) as seen:
            assert self.take_in(*numbers) == len(numbers)
            self.session.flush()
        return seen

    def stored(self) -> list[Any]:
        """All that was kept of whoever was taken in, in the order of their names, without the ids that are new."""
        self.session.flush()
        mine = Application.call_id == self.call.id
        words = text(f"SELECT words FROM {NAME}")
        return [
            self._rows(select(Person).where(Person.email.startswith("ola")).order_by(Person.email)),
            self._rows(select(Application).where(mine).order_by(Application.sort_name)),
            self._rows(
                select(Choice).join(Application).where(mine).order_by(Application.sort_name, Choice.rank)
            ),
            self._rows(select(SentVersion).join(Application).where(mine).order_by(Application.sort_name)),
            self._rows(
                select(AuditLine)
                .join(Application, Application.id == AuditLine.subject_id)
                .order_by(Application.sort_name)
            ),
            sorted(str(one) for one in self.session.scalars(words)),
        ]

    def _rows(self, query: Select[Any]) -> list[dict[str, Any]]:
        found = self.session.scalars(query.execution_options(populate_existing=True)).all()
        names = [[one.key for one in type(record).__table__.columns] for record in found]
        return [
            {name: getattr(record, name) for name in columns if name not in NEW_IDS}
            for record, columns in zip(found, names, strict=True)
        ]


def test_as_many_statements_for_one_row_as_for_many(session: Session) -> None:
    desk = Desk(session)
    desk.take_in(0)
    one, many = desk.statements(1), desk.statements(*range(2, 40))
    assert len(one) == len(many), "\n".join(many)


def test_rows_taken_in_together_are_what_each_would_be_alone(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(session)
    with session.begin_nested() as alone:
        for number in range(12):
            desk.take_in(number)
        expected = desk.stored()
        alone.rollback()
    monkeypatch.setattr(services, "AT_A_TIME", 5)
    desk.take_in(*range(12))
    people, applications, choices, *_rest = stored = desk.stored()
    assert stored == expected
    assert (len(people), len(applications), len(choices)) == (12, 12, 20)

"""A report being written, and the browsers of all who have to do with it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from peer_visits.accounts.models import Person
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.states import DocumentState
from peer_visits.library.writing.models import DocumentComment, DocumentSection, SectionText
from peer_visits.library.writing.queries import list_comments, list_sections, list_texts
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.states import HostRole
from tests.support.factories import make_call, make_host, make_organiser, make_programme, make_visit
from tests.support.library_factories import make_author, make_document, make_section


@dataclass
class Writers:
    """Two authors, the host, an expert of the team, the organiser, and somebody who is all of it elsewhere."""

    document_id: uuid.UUID
    part_id: uuid.UUID
    ada: FlaskClient
    bela: FlaskClient
    host: FlaskClient
    expert: FlaskClient
    organiser: FlaskClient
    stranger: FlaskClient

    @property
    def document(self) -> str:
        return f"/documents/{self.document_id}"

    @property
    def text(self) -> str:
        return f"{self.document}/text"

    @property
    def part(self) -> str:
        return f"{self.document}/sections/{self.part_id}"

    def record(self) -> AnalyticalDocument:
        reading().rollback()
        return reading().get_one(AnalyticalDocument, self.document_id)

    def sections(self) -> list[tuple[str, str]]:
        reading().rollback()
        found = list_sections(reading(), self.document_id)
        return [(one.current.heading, one.current.text) for one in found]

    def versions(self) -> list[SectionText]:
        reading().rollback()
        return list(list_texts(reading(), self.part_id))

    def comments(self) -> list[DocumentComment]:
        reading().rollback()
        return list(list_comments(reading(), self.document_id))


MakeWriters = Callable[..., Writers]


@pytest.fixture
def make_writers(at_now: datetime, client_of: Callable[[Person], FlaskClient]) -> MakeWriters:
    def make(
        state: DocumentState = DocumentState.DRAFT, *, is_written: bool = True, **values: Any
    ) -> Writers:
        with writing() as session:
            programme = make_programme(session)
            visit = make_visit(session, make_call(session, programme))
            elsewhere = make_visit(session, make_call(session))
            ada = make_author(session, visit, "Ada Author")
            people = [
                ada,
                make_author(session, visit, "Bela Author"),
                make_host(session, visit),
                make_host(session, visit, "Ella Expert", role=HostRole.EXPERT),
                make_organiser(session, programme),
                make_author(session, elsewhere, "Stella Stranger"),
            ]
            has_file = state is DocumentState.IN_REVIEW
            document = make_document(
                session, visit, state, has_file=has_file, is_written=is_written, **values
            )
            section: DocumentSection = make_section(session, document, "Lessons", "Ask **early**.", ada)
            made, part, ids = document.id, section.id, [person.id for person in people]
        browsers = [client_of(reading().get_one(Person, one)) for one in ids]
        return Writers(made, part, *browsers)

    return make


@pytest.fixture
def writers(make_writers: MakeWriters) -> Writers:
    return make_writers()

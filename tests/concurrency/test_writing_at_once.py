"""Two people save the same section at the same moment. One is told, and every text that was saved is kept."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from peer_visits.accounts.models import Person
from peer_visits.files.models import StoredFile
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.services import MadeFile, send_in
from peer_visits.library.states import DocumentState
from peer_visits.library.writing import services
from peer_visits.library.writing.invariants import find_broken
from peer_visits.library.writing.models import DocumentSection
from peer_visits.library.writing.queries import fingerprint, list_sections, list_texts
from peer_visits.storage.transaction import db, reading, writing
from tests.support.factories import NOW, make_call, make_visit
from tests.support.library_factories import make_author, make_document, make_file, make_section

ROUNDS = 40
# A report, its section, its authors.
Desk = tuple[uuid.UUID, uuid.UUID, list[uuid.UUID]]


def together(app: Flask, *works: Callable[[], object]) -> list[object]:
    """Start all works at the same moment, each on a connection of its own; a refusal is an outcome too."""
    ready = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        with app.app_context():
            ready.wait(10)
            try:
                return work()
            except Refused as refusal:
                return refusal

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@pytest.fixture
def desk(app: Flask) -> Desk:
    """A report with one section, and the ids of its two authors."""
    with writing() as session:
        visit = make_visit(session, make_call(session))
        authors = [make_author(session, visit, name).id for name in ("Ada Author", "Bela Author")]
        document = make_document(session, visit, has_file=False, is_written=True)
        return document.id, make_section(session, document, "Lessons", "Before.").id, authors


def save(ids: Desk, who: int, version: int, words: str) -> str:
    document_id, section_id, authors = ids
    with writing() as session:
        document = session.get_one(AnalyticalDocument, document_id)
        session.refresh(document, ["visit"])
        services.save_section(
            session,
            actor=session.get_one(Person, authors[who]),
            now=NOW,
            document=document,
            section=session.get_one(DocumentSection, section_id),
            version=version,
            heading="Lessons",
            text=words,
        )
    return words


def test_of_two_saves_at_once_one_is_told_and_nothing_is_lost(app: Flask, desk: Desk) -> None:
    saved = ["Before."]
    for version in range(1, ROUNDS + 1):
        outcomes = together(
            app,
            lambda version=version: save(desk, 0, version, f"Ada {version}"),  # type: ignore[misc]
            lambda version=version: save(desk, 1, version, f"Bela {version}"),  # type: ignore[misc]
        )
        kept = [one for one in outcomes if isinstance(one, str)]
        assert len(kept) == 1
        assert sum(isinstance(one, Stale) for one in outcomes) == 1
        saved += kept
    reading().rollback()
    assert [one.text for one in reversed(list_texts(reading(), desk[1]))] == saved
    assert find_broken(reading()) == []


def test_the_database_keeps_two_texts_apart_even_where_the_version_is_not_asked(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the conditional update off, the second save is stopped by the key of the texts instead."""
    monkeypatch.setattr(services, "update_one", lambda *_expected, **_values: None)
    outcomes = together(app, lambda: save(desk, 0, 1, "Ada"), lambda: save(desk, 1, 1, "Bela"))
    assert sum(isinstance(one, Stale) for one in outcomes) == 1
    reading().rollback()
    assert [one.text for one in list_texts(reading(), desk[1])][1:] == ["Before."]
    assert len(find_broken(reading())) == 1  # what the check says of a section whose version was not raised


def test_what_is_sent_in_and_saved_at_once_is_never_another_text_than_its_pdf(app: Flask, desk: Desk) -> None:
    document_id = desk[0]
    for round_ in range(ROUNDS // 2):
        with writing() as session:
            file_id = make_file(session).id
            document = session.get_one(AnalyticalDocument, document_id)
            document.state, version = DocumentState.DRAFT, document.version
            made_of = fingerprint(list_sections(session, document_id))

        def send(
            version: int = version,
            made_of: tuple[tuple[uuid.UUID, int], ...] = made_of,
            file_id: uuid.UUID = file_id,
        ) -> str:
            with writing() as session:
                document = session.get_one(AnalyticalDocument, document_id)
                session.refresh(document, ["visit"])
                actor = session.get_one(Person, desk[2][0])
                file = session.get_one(StoredFile, file_id)
                made = MadeFile(file, made_of)
                send_in(session, actor=actor, now=NOW, document=document, version=version, made=made)
            return "sent"

        current = made_of[0][1]
        outcomes = together(app, send, lambda at=current, n=round_: save(desk, 1, at, f"Text {n}"))  # type: ignore[misc]
        assert sum(isinstance(one, str) for one in outcomes) == 1, outcomes
    db.session.rollback()

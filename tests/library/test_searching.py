"""Searches in the library: the same hits on both databases, in many languages, the better ones first."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from peer_visits.files.models import FileText
from peer_visits.library.browsing import Asked, find_shelf
from peer_visits.library.models import AnalyticalDocument, DocumentTopic
from peer_visits.library.searching import find_hits, id_of, index_document
from peer_visits.library.services import count_download, index_again
from peer_visits.library.states import DocumentState
from peer_visits.library.sweeps import index_documents
from peer_visits.storage.transaction import db, reading, writing
from peer_visits.visits.states import HostKind
from tests.support.factories import NOW, make_call, make_visit
from tests.support.library_factories import make_document
from tests.support.statements import counting

TEXTS = {
    "pl": "Miasto Łódź odnawia fabryki włókiennicze razem z mieszkańcami.",
    "de": "Die Bürgerbeteiligung in der Straße der Färber und Größe der Gruppen.",
    "fr": "Le musée œuvre avec les élèves à préserver le patrimoine.",
    "fi": "Kaupunginosayhdistykset hoitavat muistomerkkejä Tampereella.",
    "el": "Οι γειτονιές της Αθήνας και η κληρονομιά τους.",
    "bg": "Читалищата пазят културното наследство на селото.",
    "hr": "Tvrđave Šibenika kao središte kulture.",
    "es": "Los niños pintan los muros del pueblo.",
    "mt": "Il-Birgu u l-Għaqda tal-festa.",
    "en": "Volunteers adopt monuments and look after them.",
}
QUERIES = [
    ("lodz", "pl"),
    ("WŁÓKIENNICZE mieszkancami", "pl"),
    ("strasse groesse", None),
    ("strasse burger", "de"),
    ("musee oeuvre", "fr"),
    ("muistomerk", "fi"),
    ("γειτονιεσ κληρονομια", "el"),
    ("ЧИТАЛИЩ", "bg"),
    ("tvrdave sibenik", "hr"),
    ("ninos", "es"),
    ("ghaqda", "mt"),
    ("monuments volunteer", "en"),
    ("monuments lodz", None),
]


def find(session: Session, asked: str) -> list[uuid.UUID]:
    """The documents that a search finds, in its order."""
    return [id_of(kept) for kept, _facets in find_hits(session, asked).rows]


def publish(session: Session, body: str = "", **values: Any) -> AnalyticalDocument:
    """A published document with this text in its file."""
    visit = make_visit(session, make_call(session), place="Place", host_name="Host")
    document = make_document(session, visit, DocumentState.PUBLISHED, **{"title": "Report", **values})
    session.add(FileText(file_id=document.file_id, text=body))
    session.flush()
    index_document(session, document)
    return document


def test_ten_languages_are_found(session: Session) -> None:
    found = {language: publish(session, body, language=language).id for language, body in TEXTS.items()}
    for query, language in QUERIES:
        expected = [found[language]] if language else []
        assert find(session, query) == expected, query


def test_a_word_of_the_title_counts_for_more_than_one_of_the_text(session: Session) -> None:
    in_text = publish(session, "Fortresses " + "and much else " * 30).id
    in_title = publish(session, "Nothing " * 30, title="Fortresses").id
    assert find(session, "fortress") == [in_title, in_text]


@pytest.mark.parametrize(
    "asked", ["", "%", "a AND (", '"', "x* OR y", "NOT", "a'b", "\\", "&|!", "é" * 500, "a " * 90]
)
def test_odd_words_are_words(session: Session, asked: str) -> None:
    publish(session)
    find_hits(session, asked)


def test_a_text_of_a_million_different_letters_is_indexed(session: Session) -> None:
    body = " ".join(f"word{number}" for number in range(100_000))
    document = publish(session, body)
    assert find(session, "word99") == [document.id]


def test_facets_count_what_they_lead_to(session: Session) -> None:
    for country, kind, topic in (
        ("FI", HostKind.CITY, "A"),
        ("FI", HostKind.REGION, "B"),
        ("IT", HostKind.CITY, "A"),
    ):
        visit = make_visit(session, make_call(session), country=country, host_kind=kind)
        topics = [DocumentTopic(topic=topic)]
        make_document(session, visit, DocumentState.PUBLISHED, title="Fortress", topics=topics)
    for words in ("", "fortress"):
        shelf = find_shelf(session, Asked(words=words), 1)
        assert shelf.facets["country"] == {"FI": 2, "IT": 1}
        assert shelf.facets["topic"] == {"A": 2, "B": 1}
        narrowed = find_shelf(session, Asked(words=words, country="FI", topic="A"), 1)
        assert narrowed.page.total == 1
        assert narrowed.facets["country"] == {"FI": 1, "IT": 1}
        assert narrowed.facets["topic"] == {"A": 1, "B": 1}
        assert narrowed.facets["kind"] == {"city": 1}


def test_a_search_asks_as_often_for_three_documents_as_for_one(client: FlaskClient, app: Flask) -> None:
    counts = []
    for more in (1, 2):
        with writing() as session:
            for _number in range(more):
                publish(session, "Heritage here.")
        client.get("/library?q=heritage")
        with counting(db.engine) as seen:
            text_ = client.get("/library?q=heritage").text
        assert "<mark>Heritage</mark> here." in text_
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_what_is_published_and_not_indexed_is_read_and_indexed(app: Flask) -> None:
    with writing() as session:
        document_id = publish(session, title="Fortress").id
        session.execute(text("DELETE FROM file_text"))
        session.execute(text("DELETE FROM library_search"))
        session.execute(text("DELETE FROM library_entry"))
        index_again(session, session.get_one(AnalyticalDocument, document_id).visit_id)
    assert find(reading(), "fortress") == []
    assert index_documents(NOW) == 1
    assert find(reading(), "fortress") == [document_id]
    assert reading().scalars(select(FileText.text)).all() == [""]
    assert index_documents(NOW) == 0


def test_downloads_are_counted_by_day(client: FlaskClient, app: Flask) -> None:
    with writing() as session:
        slug = publish(session).slug
    for _time in range(2):
        client.get(f"/library/{slug}/download")
    client.head(f"/library/{slug}/download")
    assert "downloaded 2 times" in client.get(f"/library/{slug}").text


def test_counting_takes_a_day_each(session: Session) -> None:
    document = publish(session)
    for _time in range(3):
        count_download(session, document.id, NOW.date())
    assert session.scalar(text("SELECT count FROM document_download")) == 3

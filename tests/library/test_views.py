"""The public library: what is published, in its order, and nothing else."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from peer_visits.library.states import DocumentState
from peer_visits.storage.transaction import db, writing
from tests.support.factories import make_call, make_programme, make_visit
from tests.support.library_factories import make_document
from tests.support.pdfs import make_pdf
from tests.support.statements import counting


def publish(count: int, **values: object) -> list[str]:
    """Publish so many documents; their slugs in the order of the library."""
    with writing() as session:
        call = make_call(session, make_programme(session))
        visits = [make_visit(session, call) for _number in range(count)]
        documents = [make_document(session, one, DocumentState.PUBLISHED, **values) for one in visits]  # type: ignore[arg-type]
        return [one.slug for one in documents]


def test_an_empty_library_says_what_will_stand_here(client: FlaskClient) -> None:
    answer = client.get("/library")
    assert answer.status_code == 200
    assert "The library is empty" in answer.text


def test_documents_stand_in_the_order_of_their_visits(client: FlaskClient, app: Flask) -> None:
    slugs = publish(3)
    text = client.get("/library").text
    places = [text.index(f'href="/library/{slug}"') for slug in slugs]
    assert places == sorted(places)


def test_the_words_of_the_source_stand_as_they_were_printed(client: FlaskClient, app: Flask) -> None:
    words = "ONLINE PEER-LEARNING VISIT\nHOSTED BY THE CITY OF ŠIBENIK"
    publish(1, tag_line="ŠIBENIK (HR) : FOCUS", host_line=words, has_file=False)
    text = client.get("/library").text
    places = [
        text.index(word)
        for word in ("ŠIBENIK (HR) : FOCUS", "Analytical Document", *words.split("\n"), "offers no file")
    ]
    assert places == sorted(places)


def test_a_download_line_stands_only_where_there_is_a_file(client: FlaskClient, app: Flask) -> None:
    [with_file] = publish(1)
    [without] = publish(1, has_file=False)
    text = client.get("/library").text
    assert text.count("Click to view/download the document") == 1
    assert f"/library/{with_file}/download" in text
    assert f"/library/{without}/download" not in text


def test_the_library_is_searched_and_narrowed(client: FlaskClient, app: Flask) -> None:
    with writing() as session:
        call = make_call(session)
        for country, title in (("FI", "Adopt a monument"), ("HR", "Fortresses 100% open")):
            visit = make_visit(session, call, country=country)
            make_document(session, visit, DocumentState.PUBLISHED, title=title)
    for query in ("q=MONUMENT", "country=FI", "q=adopt&country=FI&year=2026"):
        text = client.get(f"/library?{query}").text
        assert "Adopt a monument" in text, query
        assert "Fortresses" not in text, query
    assert "Fortresses" in client.get("/library?q=100%25").text
    assert "Nothing found" in client.get("/library?q=1%25n").text
    assert "Nothing found" in client.get("/library?year=2019").text


@pytest.mark.parametrize("state", [one for one in DocumentState if one is not DocumentState.PUBLISHED])
def test_what_is_not_published_is_not_there(client: FlaskClient, app: Flask, state: DocumentState) -> None:
    with writing() as session:
        slug = make_document(session, make_visit(session, make_call(session)), state).slug
    assert slug not in client.get("/library").text
    assert client.get(f"/library/{slug}").status_code == 404
    assert client.get(f"/library/{slug}/download").status_code == 404


def test_an_entry_shows_how_to_cite_and_describes_itself(client: FlaskClient, app: Flask) -> None:
    [slug] = publish(1, authors="Ada Example", summary="In short.")
    text = client.get(f"/library/{slug}").text
    assert "Ada Example: Report of" in text
    assert '"@type": "Report"' in text
    assert "In short." in text


def test_a_name_cannot_leave_the_description_for_search_engines(client: FlaskClient, app: Flask) -> None:
    [slug] = publish(1, title="</script><script>alert(1)</script>")
    assert "<script>alert" not in client.get(f"/library/{slug}").text


def test_a_download_is_a_file_and_never_a_page(client: FlaskClient, app: Flask) -> None:
    [slug] = publish(1)
    answer = client.get(f"/library/{slug}/download")
    assert answer.data == make_pdf() or answer.data.startswith(b"%PDF-")
    assert answer.content_type == "application/pdf"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={slug}.pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Content-Length"] == str(len(answer.data))


def test_an_entry_without_a_file_has_no_download(client: FlaskClient, app: Flask) -> None:
    [slug] = publish(1, has_file=False)
    assert client.get(f"/library/{slug}").status_code == 200
    assert client.get(f"/library/{slug}/download").status_code == 404


def test_a_library_page_asks_as_often_for_three_documents_as_for_one(client: FlaskClient, app: Flask) -> None:
    counts = []
    for more in (1, 2):
        publish(more)
        client.get("/library")
        with counting(db.engine) as seen:
            client.get("/library")
        counts.append(len(seen))
    assert counts[0] == counts[1]


HOSTILE = (
    "q=%00",
    "q=%E2%80%AEx",
    "q=" + "x" * 5000,
    "q=%FF%FE",
    "country=%00%00",
    "country=F%27",
    "year=99999999999999999999999",
    "year=-1",
    "year=x",
    "page=0",
    "page=99999999999999999999",
    "page=x",
)


@pytest.mark.parametrize("query", HOSTILE)
def test_odd_filters_find_nothing_or_are_passed_over(client: FlaskClient, app: Flask, query: str) -> None:
    publish(1)
    assert client.get(f"/library?{query}").status_code == 200

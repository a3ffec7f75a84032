"""Writing in the browser: two authors, the host and the organiser at one report."""

from __future__ import annotations

import re
import uuid

import pytest

from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.states import DocumentState
from peer_visits.library.writing.rules import OFFERED
from peer_visits.storage.transaction import db, reading, writing
from tests.library.writing.conftest import MakeWriters, Writers
from tests.support.library_factories import make_section
from tests.support.statements import counting


def test_an_author_begins_with_the_offered_sections(make_writers: MakeWriters) -> None:
    writers = make_writers(DocumentState.OWED, is_written=False)
    with writing() as session:
        session.execute(db.text("DELETE FROM document_section_text"))
        session.execute(db.text("DELETE FROM document_section"))
    page = writers.ada.get(writers.document).text
    assert "Write it here" in page
    answer = writers.ada.post(f"{writers.text}/begin", follow_redirects=True)
    for one in OFFERED:
        assert str(one.heading) in answer.text
        assert str(one.hint) in answer.text
    assert writers.record().is_written
    assert writers.record().state is DocumentState.DRAFT


def test_what_is_saved_is_read_as_it_was_meant(writers: Writers) -> None:
    text = "We saw\n\n- one\n- *two*\n\n> Never alone\n\n<script>alert(1)</script> [x](javascript:alert(1))"
    data = {"version": "1", "heading": "What we saw", "text": text}
    answer = writers.ada.post(writers.part, data=data, follow_redirects=True)
    assert "<h2>What we saw</h2>" in answer.text
    assert "<em>two</em>" in answer.text
    assert "<blockquote>" in answer.text
    assert "<script>alert" not in answer.text
    assert 'href="javascript' not in answer.text
    assert "Ada Author" in answer.text


def test_a_preview_saves_nothing_and_keeps_what_was_typed(writers: Writers) -> None:
    data = {"version": "1", "heading": "Lessons", "text": "Ask **later**.", "preview": "1"}
    answer = writers.ada.post(writers.part, data=data)
    assert answer.status_code == 200
    assert "<p>Ask <strong>later</strong>.</p>" in answer.text
    assert "Ask **later**.</textarea>" in answer.text
    assert "data-unsaved" in answer.text
    assert writers.sections() == [("Lessons", "Ask **early**.")]


def test_two_at_once_both_see_both_texts_and_nothing_is_lost(writers: Writers) -> None:
    first = {"version": "1", "heading": "Lessons", "text": "Ask the neighbours early."}
    second = {"version": "1", "heading": "Lessons learnt", "text": "Ask the shops early."}
    assert writers.ada.post(writers.part, data=first).status_code == 302
    answer = writers.bela.post(writers.part, data=second)
    assert answer.status_code == 422
    assert "Ada Author has saved this section while you were writing." in answer.text
    assert re.search(r"<textarea[^>]*readonly>Ask the neighbours early\.", answer.text)
    assert "Ask the shops early.</textarea>" in answer.text
    assert re.search(r"<del>.*?neighbours", answer.text)
    assert re.search(r"<ins>.*?shops", answer.text)
    assert writers.sections() == [("Lessons", "Ask the neighbours early.")]
    version = re.search(r'name="version" type="hidden" value="(\d+)"', answer.text)
    assert version is not None
    assert writers.bela.post(writers.part, data={**second, "version": version[1]}).status_code == 302
    assert [one.text for one in writers.versions()] == [
        "Ask the shops early.",
        "Ask the neighbours early.",
        "Ask **early**.",
    ]


@pytest.mark.parametrize(
    "typed",
    [
        {"heading": ""},
        {"heading": "x" * 201},
        {"text": "x" * 20_001},
        {"text": "a\x00b"},
        {"text": "a\u202eb"},
    ],
)
def test_bad_words_are_refused_beside_their_field(writers: Writers, typed: dict[str, str]) -> None:
    data = {"version": "1", "heading": "Kept heading", "text": "Kept text", **typed}
    answer = writers.ada.post(writers.part, data=data)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "Kept" in answer.text
    assert writers.sections() == [("Lessons", "Ask **early**.")]


def test_the_longest_text_fits_in_every_script(writers: Writers) -> None:
    data = {"version": "1", "heading": "Ł" * 200, "text": "ж" * 20_000}
    assert writers.ada.post(writers.part, data=data).status_code == 302
    assert writers.sections() == [("Ł" * 200, "ж" * 20_000)]


def test_the_host_writes_too_and_the_organiser_only_reads(writers: Writers) -> None:
    data = {"version": "1", "heading": "Lessons", "text": "From the host."}
    assert writers.organiser.post(writers.part, data=data).status_code == 403
    assert writers.organiser.get(writers.part).status_code == 403
    assert "Ask <strong>early</strong>" in writers.organiser.get(writers.text).text
    assert writers.host.post(writers.part, data=data).status_code == 302
    assert writers.sections() == [("Lessons", "From the host.")]


@pytest.mark.parametrize("who", ["stranger", "expert"])
def test_nobody_else_finds_it(writers: Writers, who: str) -> None:
    browser = getattr(writers, who)
    for path in (writers.document, writers.text, writers.part, f"{writers.part}/versions"):
        assert browser.get(path).status_code == 404
    for path in (f"{writers.text}/begin", f"{writers.part}/remove", f"{writers.document}/comments"):
        assert browser.post(path).status_code == 404
    assert str(writers.document_id) not in browser.get("/documents").text


def test_a_host_changes_nothing_but_the_text(writers: Writers) -> None:
    assert str(writers.document_id) in writers.host.get("/documents").text
    assert writers.host.post(writers.document, data={"version": "1", "title": "Mine"}).status_code == 403
    assert writers.host.post(f"{writers.document}/send-in", data={"version": "1"}).status_code == 403
    assert writers.host.post(f"{writers.document}/new-edition").status_code == 403


def test_versions_are_compared_and_restored(writers: Writers) -> None:
    for version, text in enumerate(("Ask early.", "Ask late."), start=1):
        writers.ada.post(writers.part, data={"version": str(version), "heading": "Lessons", "text": text})
    page = writers.host.get(f"{writers.part}/versions?older=1&newer=3").text
    assert "From version 1 to version 3" in page
    assert re.search(r"<ins>.*?late", page)
    for asked in ("older=3&newer=3", "older=9&newer=1", "older=x&newer=y", "newer=99999999999999999999"):
        assert writers.host.get(f"{writers.part}/versions?{asked}").status_code == 200
    answer = writers.bela.post(f"{writers.part}/versions/2/restore", data={"version": "3"})
    assert answer.status_code == 302
    assert writers.sections() == [("Lessons", "Ask early.")]
    assert "restored from 2" in writers.bela.get(f"{writers.part}/versions").text


def test_a_restore_from_an_old_page_says_so(writers: Writers) -> None:
    writers.ada.post(writers.part, data={"version": "1", "heading": "Lessons", "text": "Newer."})
    answer = writers.bela.post(
        f"{writers.part}/versions/1/restore", data={"version": "1"}, follow_redirects=True
    )
    assert "changed by someone else" in answer.text
    assert writers.sections() == [("Lessons", "Newer.")]


def test_sections_are_added_ordered_taken_out_and_put_back(writers: Writers) -> None:
    answer = writers.ada.post(f"{writers.text}/sections/new", data={"heading": "Money"})
    assert answer.status_code == 302
    assert writers.ada.get(answer.headers["Location"]).status_code == 200
    added = answer.headers["Location"].rsplit("/", 1)[1]
    order = {f"part_{uuid.UUID(added).hex}": "1", f"part_{writers.part_id.hex}": "2", f"part_{'z' * 32}": "3"}
    assert writers.ada.post(f"{writers.text}/sections", data=order).status_code == 302
    assert [heading for heading, _text in writers.sections()] == ["Money", "Lessons"]
    writers.ada.post(f"{writers.part}/remove", data={"version": "1"})
    assert [heading for heading, _text in writers.sections()] == ["Money"]
    assert "Put back: Lessons" in writers.ada.get(f"{writers.text}/sections").text
    writers.ada.post(f"{writers.part}/put-back")
    assert writers.sections() == [("Money", ""), ("Lessons", "Ask **early**.")]


def test_a_section_needs_a_heading(writers: Writers) -> None:
    answer = writers.ada.post(f"{writers.text}/sections/new", data={"heading": " "})
    assert answer.status_code == 422
    assert "Fill this in." in answer.text


def test_the_organiser_comments_and_an_author_answers(make_writers: MakeWriters) -> None:
    writers = make_writers(DocumentState.IN_REVIEW)
    about, whole = f"{writers.document}/comments?section={writers.part_id}", f"{writers.document}/comments"
    said = writers.organiser.post(
        about, data={f"about{writers.part_id.hex}-text": "How early?"}, follow_redirects=True
    )
    assert "How early?" in said.text
    writers.organiser.post(whole, data={"about-text": "Shorter, please."})
    first = next(one for one in writers.comments() if one.section_id)
    assert "2 comments" in writers.ada.get("/documents").text
    answer = writers.ada.post(
        f"{writers.document}/comments/{first.id}/answer", data={f"to{first.id.hex}-text": "A year before."}
    )
    assert answer.status_code == 302
    page = writers.host.get(writers.text).text
    assert "A year before." in page
    assert "1 answered comment" in page
    again = writers.bela.post(
        f"{writers.document}/comments/{first.id}/answer", data={f"to{first.id.hex}-text": "Two years."}
    )
    assert again.status_code == 422
    assert "answered already" in again.text


def test_an_empty_comment_is_refused_where_it_was_typed(writers: Writers) -> None:
    address = f"{writers.document}/comments?section={writers.part_id}"
    answer = writers.organiser.post(address, data={f"about{writers.part_id.hex}-text": " "})
    assert answer.status_code == 422
    assert f'href="#about{writers.part_id.hex}-text"' in answer.text
    assert '<details class="talk" open>' in answer.text
    assert writers.comments() == []


@pytest.mark.parametrize("part", ["nothing", str(uuid.UUID(int=5))])
def test_a_comment_about_nothing_is_refused(writers: Writers, part: str) -> None:
    address = f"{writers.document}/comments?section={part}"
    field = f"about{part.replace('-', '')}-text"
    assert writers.organiser.post(address, data={field: "Hm."}).status_code == 404
    assert writers.comments() == []


def test_while_it_is_with_the_organiser_it_is_read_only(make_writers: MakeWriters) -> None:
    writers = make_writers(DocumentState.IN_REVIEW)
    assert writers.ada.get(writers.part).status_code == 302
    answer = writers.ada.post(writers.part, data={"version": "1", "heading": "Lessons", "text": "Typed."})
    assert answer.status_code == 422
    assert "with the organiser" in answer.text
    assert "Typed.</textarea>" in answer.text
    assert "Take it out" not in writers.ada.get(writers.text).text


def test_the_pages_ask_as_often_for_many_sections_as_for_one(writers: Writers) -> None:
    counts = []
    for more in (0, 5):
        with writing() as session:
            document = session.get_one(AnalyticalDocument, writers.document_id)
            for number in range(more):
                make_section(session, document, f"More {number}", "Some words.")
        paths = (writers.text, f"{writers.text}/sections", writers.document)
        for path in paths:
            writers.ada.get(path)
        seen_of_all = []
        for path in paths:
            with counting(db.engine) as seen:
                writers.ada.get(path)
            seen_of_all.append(len(seen))
        counts.append(seen_of_all)
    assert counts[0] == counts[1]


def test_a_file_has_comments_too(make_writers: MakeWriters) -> None:
    writers = make_writers(DocumentState.IN_REVIEW, is_written=False)
    writers.organiser.post(f"{writers.document}/comments", data={"about-text": "Page 2 is upside down."})
    page = writers.ada.get(writers.text)
    assert "The report is a file" in page.text
    assert "Page 2 is upside down." in page.text
    reading().rollback()

"""From the end of a visit to a report that is written by several, published, found, read and cited."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

import bibtexparser
import pypdfium2
import pytest
from playwright.sync_api import Browser

from peer_visits.accounts.models import Person
from peer_visits.accounts.passwords import hash_password
from peer_visits.cli.check import find_broken
from peer_visits.followup.commitments.services import Words, write_commitments
from peer_visits.followup.commitments.states import Showing
from peer_visits.kernel.zones import to_utc
from peer_visits.library.duties import owe_document
from peer_visits.library.models import DocumentAuthor
from peer_visits.library.rules import DUE_AFTER
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import db, reading, writing
from tests.journeys.moving import MovedClock, faults_of
from tests.journeys.stage import PASSWORD, Player, Stage, link_in, mails_of
from tests.support import apps
from tests.support.browser import serving
from tests.support.factories import make_host, make_person
from tests.support.places_factories import apply_in_order, make_closed_call, make_place

pytestmark = pytest.mark.browser

PRACTICE = """Residents of Łódź **look after** a listed building each.

- They sign for three years.
- The city pays the material.

> We stopped asking who is allowed, and asked who wants."""
CONTEXT = "The building law of 2017 lets a city lend what it does not use."


@dataclass
class Story:
    """Slugs and addresses of what was made, and when the report is due."""

    visit: str
    organiser: str
    author: str
    host: str
    due: datetime


@pytest.fixture(params=["mouse", "keyboard"])
def stage(request: pytest.FixtureRequest, chromium: Browser, tmp_path: Path) -> Iterator[Stage]:
    app = apps.make_app(apps.test_settings(tmp_path, f"sqlite:///{tmp_path / 'report.sqlite'}"), csrf=True)
    with app.app_context(), serving(app) as address:
        stage = Stage(chromium, address, request.param)
        yield stage
        stage.close()
        db.session.remove()
        db.engine.dispose()


def make_story(moved: MovedClock) -> Story:
    """A visit that ended three days ago, with somebody who wrote what she takes home."""
    now, password_hash = moved.moment, hash_password(PASSWORD)
    with writing() as session:
        made = make_closed_call(session, 3)
        visit = made.visits[0]
        visit.place, visit.called_title = "Tampere", "Adopt a monument"
        visit.held_starts_on, visit.held_ends_on = (
            (now - timedelta(days=5)).date(),
            (now - timedelta(days=3)).date(),
        )
        made.call.decided_at = made.call.answered_at = made.call.closes_at + timedelta(days=2)
        [wish] = apply_in_order(session, made.call, ann=[visit]).values()
        place = make_place(session, visit, wish, PlaceState.ACCEPTED)
        ann = session.get_one(Person, place.person_id)
        write_commitments(
            session,
            actor=ann,
            now=now,
            place_id=place.id,
            expected_version=0,
            written=[Words(1, "", "Offer three buildings for adoption.")],
            showing=Showing.NAMED,
        )
        author, host = make_person(session, "Anton Author"), make_host(session, visit)
        session.add(DocumentAuthor(visit_id=visit.id, person_id=author.id))
        owe_document(session, actor=None, now=now, visit=visit)
        for person in (author, host, made.organiser):
            person.password_hash = password_hash
        due = to_utc(datetime.combine(visit.held_ends_on + DUE_AFTER, time(9)), visit.zone)
        return Story(visit.slug, made.organiser.email, author.email, host.email, due)


def test_from_the_end_of_a_visit_to_a_cited_report(stage: Stage, moved: MovedClock) -> None:
    story = make_story(moved)
    moved.sweep("remind of reports", story.due - timedelta(days=7))
    anton, hanna, olga = (stage.signed_in(one) for one in (story.author, story.host, story.organiser))
    found = the_author_writes(anton)
    found += the_host_writes_too_and_asks(hanna, anton.page.url.split("#")[0])
    found += the_author_answers_and_sends_it_in(anton)
    found += it_comes_back_and_is_published(olga, anton)
    reader = stage.window()
    found += it_is_found_and_read(reader, story)
    it_is_cited(reader, story)
    assert find_broken(reading()) == []
    assert found + stage.found == []


def the_author_writes(anton: Player) -> list[str]:
    [mail] = mails_of("document.reminder")
    anton.go(link_in(mail, "/documents/"))
    anton.press("Write it here")
    anton.sees("Nothing is written here yet.")
    found = faults_of(anton)
    anton.press("Write: The practice in a nutshell")
    anton.write("Text", PRACTICE)
    anton.press("See how it reads")
    anton.sees("As it reads. Nothing is saved yet.")
    found += faults_of(anton)
    anton.press("Save this section")
    anton.sees("They sign for three years.")
    return found + faults_of(anton)


def the_host_writes_too_and_asks(hanna: Player, text: str) -> list[str]:
    hanna.page.goto(text)
    hanna.press("Write: Context")
    hanna.write("Text", CONTEXT)
    hanna.press("Save this section")
    hanna.sees(CONTEXT)
    about = hanna.page.locator("#whole")
    hanna.press_locator(about.locator("summary").filter(has_text="Comment"))
    hanna.hand.write(about.get_by_label("Your comment"), "Who signs for a building of two owners?")
    hanna.press_locator(about.get_by_role("button", name="Leave the comment"))
    hanna.sees("Your comment stands there now.")
    return faults_of(hanna)


def the_author_answers_and_sends_it_in(anton: Player) -> list[str]:
    anton.page.reload()
    about = anton.page.locator("#whole")
    anton.press_locator(about.locator("summary").filter(has_text="Answer"))
    anton.hand.write(about.get_by_label("Your answer"), "Both, on one sheet.")
    anton.press_locator(about.get_by_role("button", name="Answer and close"))
    anton.sees("The comment is answered.")
    found = faults_of(anton)
    anton.press("Title, authors, sending in")
    anton.write("Title", "Monuments that people adopt")
    anton.write("Authors", "Anton Author, Hanna Host")
    anton.write("Topics", "Volunteering")
    anton.write("Licence", "CC BY 4.0")
    anton.press("Save what is said about it")
    anton.sees("The document is saved.")
    found += faults_of(anton)
    anton.press("Send it to the organiser")
    anton.sees("The document is with the organiser.")
    return found


def it_comes_back_and_is_published(olga: Player, anton: Player) -> list[str]:
    olga.go("/documents")
    olga.press("Monuments that people adopt")
    olga.sees("Publish or give back")
    found = faults_of(olga)
    olga.write("What should be changed", "Say what it costs.")
    olga.press("Give it back")
    olga.page.get_by_role("heading", name="Publish or give back").wait_for(state="detached")
    anton.page.reload()
    anton.sees("Say what it costs.")
    anton.press("Read and write it")
    anton.press("Write: Lessons")
    anton.write("Text", "A building costs the city 900 euros a year.")
    anton.press("Save this section")
    anton.sees("900 euros a year")
    anton.press("Title, authors, sending in")
    anton.press("Send it to the organiser")
    anton.sees("The document is with the organiser.")
    olga.page.reload()
    olga.press("Publish in the library")
    olga.sees("The document is published")
    return found


def it_is_found_and_read(reader: Player, story: Story) -> list[str]:
    reader.go("/library")
    reader.write("Search titles, places, hosts and texts", "residents lodz")
    reader.press("Search")
    reader.sees("1 document found")
    reader.sees("Łódź")
    found = faults_of(reader)
    reader.press("Monuments that people adopt")
    reader.sees("Anton Author, Hanna Host")
    found += faults_of(reader)
    answer = reader.page.request.get(f"{reader.address}/library/{story.visit}/download")
    assert answer.headers["content-disposition"].startswith("attachment")
    text = words_of(answer.body())
    for words in (
        "Monuments that people adopt",
        "They sign for three years.",
        CONTEXT,
        "900 euros a year",
        "Offer three buildings for adoption.",
    ):
        assert words in text, words
    assert "Who signs for a building" not in text, "what was said about the text is not in it"
    reader.press("Read it here")
    reader.sees("900 euros a year")
    reader.sees("Offer three buildings for adoption.")
    found += faults_of(reader)
    reader.go(f"/library/{story.visit}")
    return found


def words_of(pdf: bytes) -> str:
    """All the text of a PDF on one line."""
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)


def it_is_cited(reader: Player, story: Story) -> None:
    reader.sees("How to cite")
    entry = f"{reader.address}/library/{story.visit}"
    [cited] = bibtexparser.loads(reader.page.request.get(f"{entry}/cite/bibtex").text()).entries
    assert cited["title"].strip("{}") == "Monuments that people adopt"
    assert cited["author"] == "Author, Anton and Host, Hanna" or "Hanna" in cited["author"]
    [data] = reader.page.locator('script[type="application/ld+json"]').all_text_contents()
    assert json.loads(data)["name"] == "Monuments that people adopt"
    feed = reader.page.request.get(f"{reader.address}/library/feed.atom").text()
    assert "Monuments that people adopt" in feed
    records = reader.page.request.get(f"{reader.address}/oai?verb=ListRecords&metadataPrefix=oai_dc").text()
    assert re.search(r"<dc:title[^>]*>Monuments that people adopt</dc:title>", records)

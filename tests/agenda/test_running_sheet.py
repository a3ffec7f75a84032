"""The running sheet: everything for the host team, what they need for speakers, nothing for anybody else."""

from __future__ import annotations

import hashlib
import tempfile
import uuid
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaSession, AgendaSpeaker
from peer_visits.agenda.services.plan import lock_plan
from peer_visits.agenda.services.sessions import SessionContent, add_session
from peer_visits.agenda.states import SessionKind, SpeakerState
from peer_visits.files.models import StoredFile
from peer_visits.files.serving import current_store
from peer_visits.kernel.ids import digest
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.models import Visit
from tests.agenda.test_sweeps import publish
from tests.support.apps import sign_in
from tests.support.factories import NOW, make_call, make_host, make_person, make_visit

SECRET, OTHER = "a-secret-of-sven", "a-secret-of-olga"
LINK, OTHER_LINK = "https://meet.example.org/harbour", "https://meet.example.org/museum"


class Sheet:
    """Two published sessions, one of Sven's and one of Olga's, and one more that is not published."""

    def __init__(self) -> None:
        with writing() as session:
            call = make_call(session)
            visit = make_visit(session, call)
            host = make_host(session, visit)
            for hour, title, speaker, link in (
                (11, "Museum", "Olga Other", OTHER_LINK),
                (9, "Harbour", "Sven Speaker", LINK),
            ):
                content = SessionContent(
                    SessionKind.EXPERT_INPUT,
                    title,
                    datetime(2026, 9, 14, hour),
                    60,
                    room=f"Room of the {title}",
                    speakers=[speaker],
                    online_link=link,
                    material_link="https://example.org/slides",
                    notes=f"Keys for the {title}.",
                )
                add_session(session, actor=host, now=NOW, visit=visit, content=content)
            for speaker, secret in (("Sven Speaker", SECRET), ("Olga Other", OTHER)):
                [one] = session.scalars(select(AgendaSpeaker).filter_by(name=speaker))
                one.email, one.state = f"{speaker[:4].lower()}@example.org", SpeakerState.CONFIRMED
                one.digest = digest(secret)
            publish(session, visit, host, NOW)
            late = SessionContent(SessionKind.SOCIAL, "Secret dinner", datetime(2026, 9, 14, 19), 60)
            add_session(session, actor=host, now=NOW, visit=visit, content=late)
            self.slug, self.host = visit.slug, host.id
            self.stranger = make_person(session, "Sam Stranger").id

    def page(self, client: FlaskClient, who: uuid.UUID) -> str:
        sign_in(client, reading().get_one(Person, who))
        return client.get(f"/agenda/{self.slug}/running-sheet").text


@pytest.fixture
def sheet(app: Flask) -> Sheet:
    return Sheet()


def test_hosts_see_the_board_in_order_with_everything(sheet: Sheet, client: FlaskClient) -> None:
    page = sheet.page(client, sheet.host)
    order = [page.index(title) for title in ("<h3>Harbour", "<h3>Museum", "<h3>Secret dinner")]
    assert order == sorted(order)
    for text in (
        LINK,
        OTHER_LINK,
        "sven@example.org",
        "olga@example.org",
        "Room of the Harbour",
        "Keys for the Museum.",
    ):
        assert text in page
    assert "1 change waits for the next release" in page


def test_a_speaker_sees_what_is_published_and_nobodys_address(sheet: Sheet, client: FlaskClient) -> None:
    page = client.get(f"/speaking/{SECRET}/running-sheet").text
    for text in (
        LINK,
        "Olga Other",
        "Room of the Museum",
        "Keys for the Harbour.",
        "https://example.org/slides",
    ):
        assert text in page
    for text in (OTHER_LINK, "sven@example.org", "olga@example.org", "Secret dinner"):
        assert text not in page
    assert page.count(">yours<") == 1
    assert f"/speaking/{SECRET}/running-sheet" in client.get(f"/speaking/{SECRET}").text


def test_nobody_else_sees_it(sheet: Sheet, client: FlaskClient) -> None:
    assert client.get("/speaking/a-guess/running-sheet").status_code == 410
    assert "Keys for" not in sheet.page(client, sheet.stranger)
    assert "Keys for" not in client.get(f"/visits/{sheet.slug}/agenda").text


def test_notes_are_kept_by_the_form_and_are_no_change_of_a_release(sheet: Sheet, client: FlaskClient) -> None:
    sign_in(client, reading().get_one(Person, sheet.host))
    [item] = reading().scalars(select(AgendaSession).filter_by(title="Harbour")).unique()
    address, version = f"/agenda/{sheet.slug}/sessions/{item.id}", item.version
    assert "Keys for the Harbour." in client.get(address).text
    sent = {
        "version": version,
        "title": "Harbour",
        "kind": "expert_input",
        "day": "2026-09-14",
        "starts_at": "09:00",
        "minutes": "60",
        "speaker": "Sven Speaker",
        "room": "Room of the Harbour",
        "online_link": LINK,
        "material_link": "https://example.org/slides",
        "notes": "Ring the bell twice.",
    }
    assert client.post(address, data=sent).status_code == 302
    page = sheet.page(client, sheet.host)
    assert "Ring the bell twice." in page
    assert "1 change waits for the next release" in page, "the dinner alone"


def keep(session: Session, content: bytes, name: str) -> StoredFile:
    """A file in the store, known to the database."""
    with tempfile.NamedTemporaryFile() as source:
        Path(source.name).write_bytes(content)
        key = current_store().put(Path(source.name))
    sha256 = hashlib.sha256(content).hexdigest()
    kept = StoredFile(
        key=key, name=name, media_type="text/plain", size=len(content), sha256=sha256, created_at=NOW
    )
    session.add(kept)
    return kept


class Files:
    """The sheet of an agenda that is not public, whose sessions have files: published, and changed since."""

    def __init__(self, sheet: Sheet) -> None:
        self.ids: dict[str, uuid.UUID] = {}
        self.sheet = sheet
        for title in ("Harbour", "Museum", "Secret dinner"):
            self.give(title, f"First of the {title}".encode())
        with writing() as session:
            visit = session.scalars(select(Visit).filter_by(slug=sheet.slug)).one()
            lock_plan(session, visit).is_public = False
            publish(session, visit, session.get_one(Person, sheet.host), NOW, day=1)

    def give(self, title: str, content: bytes) -> None:
        with writing() as session:
            item = session.scalars(select(AgendaSession).filter_by(title=title)).unique().one()
            item.material = keep(session, content, f"{title}.txt")
            self.ids[title] = item.id

    def add_with_file(self, title: str, speaker: str) -> None:
        """One that is on the board alone."""
        with writing() as session:
            visit = session.scalars(select(Visit).filter_by(slug=self.sheet.slug)).one()
            host = session.get_one(Person, self.sheet.host)
            content = SessionContent(SessionKind.ROUND_TABLE, title, None, 60, speakers=[speaker])
            add_session(session, actor=host, now=NOW, visit=visit, content=content)
        self.give(title, f"First of the {title}".encode())

    def say(self, speaker: str, state: SpeakerState) -> None:
        with writing() as session:
            session.scalars(select(AgendaSpeaker).filter_by(name=speaker)).one().state = state

    def address(self, title: str, secret: str = SECRET) -> str:
        return f"/speaking/{secret}/material/{self.ids[title]}"


@pytest.fixture
def files(sheet: Sheet) -> Files:
    return Files(sheet)


def test_a_speaker_without_an_account_opens_the_material_of_the_own_session(
    files: Files, client: FlaskClient
) -> None:
    closed = f"/visits/{files.sheet.slug}/agenda/material/{files.ids['Harbour']}"
    assert client.get(closed).status_code == 404, "the agenda is not public"
    for page in (f"/speaking/{SECRET}", f"/speaking/{SECRET}/running-sheet"):
        assert files.address("Harbour") in client.get(page).text
    answer = client.get(files.address("Harbour"))
    assert answer.data == b"First of the Harbour"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_is_published_of_other_sessions_is_open_and_what_is_not_stays_closed(
    files: Files, client: FlaskClient
) -> None:
    files.add_with_file("Olgas table", "Olga Other")
    files.add_with_file("Svens table", "Sven Speaker")
    assert client.get(files.address("Museum")).data == b"First of the Museum"
    assert client.get(files.address("Olgas table")).status_code == 404
    assert client.get(files.address("Svens table")).data == b"First of the Svens table"
    for title in ("Museum", "Harbour"):
        files.give(title, f"Second of the {title}".encode())
    assert client.get(files.address("Museum")).status_code == 404, "not published yet"
    assert client.get(files.address("Harbour")).data == b"Second of the Harbour"
    page = client.get(f"/speaking/{SECRET}/running-sheet").text
    assert "Museum.txt" in page
    assert files.address("Museum") not in page, "no link that leads nowhere"
    assert "Olgas table" not in page


def test_material_is_for_whoever_comes_and_holds_the_link(files: Files, client: FlaskClient) -> None:
    assert client.get(files.address("Harbour", "a-guess")).status_code == 410
    assert client.get(f"/speaking/{SECRET}/material/{uuid.uuid4()}").status_code == 404
    files.say("Sven Speaker", SpeakerState.DECLINED)
    assert client.get(files.address("Harbour")).status_code == 404
    assert client.get(f"/speaking/{SECRET}/running-sheet").location == f"/speaking/{SECRET}"
    page = client.get(f"/speaking/{SECRET}").text
    assert "Send my answer" in page
    assert "/material/" not in page
    assert "running-sheet" not in page


def test_another_visits_file_is_not_there(files: Files, client: FlaskClient) -> None:
    with writing() as session:
        visit = make_visit(session, make_call(session))
        host = make_host(session, visit)
        content = SessionContent(SessionKind.BREAK, "Elsewhere", datetime(2026, 9, 14, 9), 60)
        add_session(session, actor=host, now=NOW, visit=visit, content=content)
        visit_id, host_id = visit.id, host.id
    files.give("Elsewhere", b"Of another visit")
    with writing() as session:
        publish(session, session.get_one(Visit, visit_id), session.get_one(Person, host_id), NOW)
    assert client.get(files.address("Elsewhere")).status_code == 404

"""The running sheet: everything for the host team, what they need for speakers, nothing for anybody else."""

from __future__ import annotations

import uuid
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaSession, AgendaSpeaker
from peer_visits.agenda.services.sessions import SessionContent, add_session
from peer_visits.agenda.states import SessionKind, SpeakerState
from peer_visits.kernel.ids import digest
from peer_visits.storage.transaction import reading, writing
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

"""The agenda on other sites, in other programs and on paper: open where it is public, and never with a link."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from pypdfium2 import PdfDocument

from peer_visits.agenda.releases import released_items
from peer_visits.agenda.states import SessionKind
from peer_visits.storage.transaction import db
from peer_visits.web.headers import CONTENT_SECURITY_POLICY
from tests.agenda.feeds.reading import by_icalendar_plain, by_vobject_plain
from tests.agenda.showing.stage import LINK, MATERIAL, Stage
from tests.support.factories import NOW
from tests.support.statements import counting

OUTSIDE = ("agenda.json", "agenda.ics", "agenda.pdf")


@pytest.fixture
def shown(stage: Stage) -> Stage:
    stage.add("Welcome", text="Bring <b>shoes</b>.")
    stage.add("Walk along the canal", begins=NOW + timedelta(hours=2), kind=SessionKind.SITE_VISIT)
    stage.publish()
    stage.open()
    return stage


@pytest.mark.parametrize("rest", OUTSIDE)
def test_what_is_not_public_is_nowhere(shown: Stage, rest: str) -> None:
    address = f"/visits/{shown.slug}/{rest}"
    assert shown.visitor.get(address).status_code == 200
    shown.open(to_everybody=False)
    assert shown.visitor.get(address).status_code == 404
    expected = 404 if rest == "agenda.json" else 200
    answer = shown.client("ann").get(address)
    assert answer.status_code == expected
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "public" not in answer.headers["Cache-Control"]


def test_the_json_says_what_the_release_says(shown: Stage) -> None:
    answer = shown.visitor.get(f"/visits/{shown.slug}/agenda.json")
    data = json.loads(answer.text)
    assert (data["format"], data["release"]["number"]) == ("peer-visits/agenda/1", 1)
    assert data["url"].endswith(f"/visits/{shown.slug}/agenda")
    assert data["visit"]["zone"] == "Europe/Amsterdam"
    first, second = data["sessions"]
    assert (first["title"], first["starts_at"], first["minutes"]) == (
        "Welcome",
        "2026-05-04T12:00:00+02:00",
        60,
    )
    assert first["material"] == MATERIAL
    assert second["kind"] == "site_visit"
    assert LINK not in answer.text


def test_json_icalendar_and_release_agree(shown: Stage) -> None:
    release = shown.release()
    expected = {(one["title"], one["starts_at"], one["ends_at"]) for one in released_items(release)}
    content = shown.visitor.get(f"/visits/{shown.slug}/agenda.ics").text
    assert by_icalendar_plain(content) == by_vobject_plain(content)
    assert {one[1:] for one in by_icalendar_plain(content)} == expected
    data = json.loads(shown.visitor.get(f"/visits/{shown.slug}/agenda.json").text)
    assert {one["uid"] for one in data["sessions"]} == {one[0] for one in by_icalendar_plain(content)}


@pytest.mark.parametrize("rest", ["agenda.json", "agenda.ics"])
def test_programs_of_other_sites_may_read_it(shown: Stage, rest: str) -> None:
    answer = shown.visitor.get(f"/visits/{shown.slug}/{rest}", headers={"Origin": "https://city.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    again = shown.visitor.get(
        f"/visits/{shown.slug}/{rest}", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


def test_no_other_page_is_open_to_other_sites(shown: Stage) -> None:
    for address in (f"/visits/{shown.slug}/agenda", f"/visits/{shown.slug}", "/", "/library"):
        answer = shown.visitor.get(address)
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


@pytest.mark.parametrize("who", ["", "ann"])
def test_the_frame_is_for_everybody_and_knows_nobody(shown: Stage, who: str) -> None:
    client = shown.client(who) if who else shown.visitor
    answer = client.get(f"/visits/{shown.slug}/agenda/widget")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "script-src" not in policy, "so that nothing runs, by default-src"
    assert "X-Frame-Options" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert "<script" not in answer.text
    assert "<form" not in answer.text
    assert "Walk along the canal" in answer.text
    assert "Amsterdam, UTC+2" in answer.text
    assert LINK not in answer.text
    assert answer.text == shown.visitor.get(f"/visits/{shown.slug}/agenda/widget").text


def test_the_frame_of_what_is_not_public_says_nothing(shown: Stage) -> None:
    shown.open(to_everybody=False)
    answer = shown.client("ann").get(f"/visits/{shown.slug}/agenda/widget")
    assert answer.status_code == 200
    assert "No agenda has been published for everybody yet." in answer.text
    assert "Welcome" not in answer.text


def test_the_host_is_given_the_words_to_paste(shown: Stage) -> None:
    page = shown.client("host").get(f"/agenda/{shown.slug}/audience").text
    assert "&lt;iframe src=" in page
    assert f"/visits/{shown.slug}/agenda/widget" in page
    shown.open(to_everybody=False)
    assert "&lt;iframe" not in shown.client("host").get(f"/agenda/{shown.slug}/audience").text


def text_of(pdf: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in PdfDocument(pdf))


def test_the_sheet_is_a_tagged_document_with_every_session(app: Flask, shown: Stage) -> None:
    answer = shown.visitor.get(f"/visits/{shown.slug}/agenda.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert b"pdfuaid" in answer.data
    text = text_of(answer.data)
    assert "12:00–13:00" in text
    assert "Walk along the canal" in text
    assert "Bring <b>shoes</b>." in text
    assert "release 1" in text
    assert "for you" not in text
    assert LINK not in text


def test_the_sheet_of_somebody_far_away_has_both_clocks(shown: Stage) -> None:
    answer = shown.client("ann").get(f"/visits/{shown.slug}/agenda.pdf")
    assert "for you 06:00" in text_of(answer.data)
    assert "public" not in answer.headers["Cache-Control"]


@pytest.mark.parametrize("rest", ["agenda.json", "agenda.ics", "agenda/widget"])
def test_it_costs_the_same_for_many_sessions(shown: Stage, rest: str) -> None:
    costs = []
    for count in (0, 3):
        for number in range(count):
            shown.add(f"Session {number}", begins=NOW + timedelta(hours=10 + number))
        if count:
            shown.publish()
        with counting(db.engine) as seen:
            assert shown.visitor.get(f"/visits/{shown.slug}/{rest}").status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1]

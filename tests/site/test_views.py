"""Public pages: what is published is shown, drafts are not, and nothing unsure is shown as sure."""

from __future__ import annotations

import json
import re
from datetime import date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from peer_visits.calls.states import CallState
from peer_visits.storage.transaction import db, writing
from peer_visits.visits.states import DatesCertainty
from tests.support.factories import make_call, make_visit
from tests.support.statements import counting


def test_an_empty_installation_says_so(client: FlaskClient, at_now: datetime) -> None:
    for path in ("/", "/calls", "/visits", "/library"):
        assert client.get(path).status_code == 200


def test_a_draft_call_and_its_visits_are_nobodys_business(client: FlaskClient, at_now: datetime) -> None:
    with writing() as session:
        call = make_call(session, state=CallState.DRAFT, title="Not yet public")
        visit = make_visit(session, call)
        paths = [f"/calls/{call.slug}", f"/visits/{visit.slug}", f"/visits/{visit.slug}/agenda"]
    assert [client.get(path).status_code for path in paths] == [404, 404, 404]
    assert (
        "Not yet public"
        not in client.get("/calls").text + client.get("/").text + client.get("/sitemap.xml").text
    )


def test_the_open_call_stands_on_the_home_page_with_its_deadline(
    client: FlaskClient, at_now: datetime
) -> None:
    with writing() as session:
        call = make_call(session)
        make_visit(session, call, place="Rotterdam")
    page = client.get("/").text
    assert "Rotterdam" in page
    assert "14 days left" in page
    assert "(Brussels, UTC+2)" in page


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (
            {
                "dates_certainty": DatesCertainty.MONTH_ONLY,
                "dates_text": "April 2021",
                "announced_starts_on": None,
            },
            ["April 2021", "Only the month is known"],
        ),
        (
            {"dates_certainty": DatesCertainty.CONFLICT, "dates_text": "26 or 28 April"},
            ["26 or 28 April", "Sources differ"],
        ),
        (
            {"dates_certainty": DatesCertainty.CONFIRMED, "held_starts_on": date(2021, 5, 5)},
            ["7 May 2021", "Confirmed at or after the visit"],
        ),
    ],
)
def test_how_sure_dates_are_is_said(
    client: FlaskClient, at_now: datetime, values: dict[str, object], words: list[str]
) -> None:
    if values.get("announced_starts_on", "") is None:
        values = {**values, "announced_ends_on": None}
    if "held_starts_on" in values:
        values = {**values, "held_ends_on": date(2021, 5, 7)}
    with writing() as session:
        slug = make_visit(session, make_call(session), **values).slug
    page = client.get(f"/visits/{slug}").text
    assert [word for word in words if word not in page] == []


def test_search_engines_read_an_event(client: FlaskClient, at_now: datetime) -> None:
    with writing() as session:
        slug = make_visit(session, make_call(session), called_title="</script><b>Title").slug
    page = client.get(f"/visits/{slug}").text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found
    data = json.loads(found.group(1))
    assert (data["@type"], data["name"]) == ("Event", "</script><b>Title")
    assert f'property="og:image" content="http://localhost/share/{slug}.png"' in page


def test_files_for_machines(client: FlaskClient, at_now: datetime) -> None:
    with writing() as session:
        call = make_call(session)
        slug = call.slug
    assert f"<loc>http://localhost/calls/{slug}</loc>" in client.get("/sitemap.xml").text
    assert "Sitemap: http://localhost/sitemap.xml" in client.get("/robots.txt").text
    assert "Contact: mailto:" in client.get("/.well-known/security.txt").text


@pytest.mark.parametrize("path", ["/", "/calls", "/visits"])
def test_pages_cost_the_same_for_one_call_and_for_three(
    client: FlaskClient, app: Flask, at_now: datetime, path: str
) -> None:
    counts = []
    for more in (1, 2):
        with writing() as session:
            for _number in range(more):
                call = make_call(session)
                for _visit in range(more):
                    make_visit(session, call)
        with counting(db.engine) as seen:
            assert client.get(path).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]

"""Figures: counted right, said in a table and a file, in a fixed number of statements."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.calls.states import CallState
from peer_visits.insight.europe import DRAWN, list_countries, list_shapes
from peer_visits.insight.queries import read_figures
from peer_visits.insight.rules import SHADES, largest_first, middle_of, shade
from peer_visits.insight.tables import series_over_calls
from peer_visits.paths import ROOT, STATIC
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import db, writing
from peer_visits.web.manifest import load_manifest
from peer_visits.web.series import Series, as_csv
from tests.support.factories import NOW
from tests.support.places_factories import Story, apply_in_order, make_closed_call, make_place
from tests.support.statements import counting


def answer(place: Place, hours: int) -> None:
    place.offered_at = NOW
    place.settled_at = NOW + timedelta(hours=hours)


def make_answered_call(session: Session) -> Story:
    """Four offers: two yes after 2 and 6 hours, a no after 4, one lapsed. One yes is a second choice."""
    story = make_closed_call(session, 4, 2)
    first, second = story.visits
    people = apply_in_order(
        session, story.call, ann=[first], ben=[first, second], cat=[first], dan=[first], eva=[second]
    )
    answer(make_place(session, first, people["ann"], PlaceState.ACCEPTED, 1), 2)
    answer(make_place(session, second, people["ben"], PlaceState.ACCEPTED, 1), 6)
    answer(make_place(session, first, people["cat"], PlaceState.DECLINED), 4)
    answer(make_place(session, first, people["dan"], PlaceState.LAPSED), 99)
    session.flush()
    return story


def test_what_is_counted(session: Session) -> None:
    story = make_answered_call(session)
    [figures] = read_figures(session, [story.call])
    assert (figures.applicants, figures.capacity, figures.visits) == (5, 6, 2)
    assert (figures.offers, figures.accepted, figures.acceptance) == (4, 2, 50)
    assert figures.ranks == {1: 1, 2: 1}
    assert figures.hours_to_answer == 4.0, "a lapsed offer is no answer"
    assert (figures.countries, figures.placed_countries) == ({"FI": 5}, {"FI": 2})
    assert figures.host_countries == {"NL": 2}


def test_the_number_of_statements_is_fixed(session: Session) -> None:
    stories = [make_answered_call(session) for _number in range(3)]
    counts = []
    for calls in ([stories[0].call], [story.call for story in stories]):
        with counting(db.engine) as seen:
            read_figures(session, calls)
        counts.append(len(seen))
    assert counts == [3, 3]


@pytest.mark.parametrize(
    "path", ["/organise/calls/{call}/figures", "/organise/programmes/{programme}/figures"]
)
def test_pages_and_files_say_the_same(
    app: object, at_now: object, client_of: Callable[[Person], FlaskClient], path: str
) -> None:
    with writing() as session:
        story = make_answered_call(session)
        address = path.format(call=story.call.slug, programme=story.programme.slug)
    client = client_of(story.organiser)
    page = client.get(address)
    assert page.status_code == 200
    assert "50 %" in page.text
    file = client.get(f"{address}.csv")
    assert file.mimetype == "text/csv"
    assert "Accepted places" in file.text


def test_a_file_holds_no_formula() -> None:
    series = Series("=1+1", "Call", ("+2",), (("@x", (3,)),))
    assert "'=1+1,'@x,'+2,3" in as_csv([series]).splitlines()[1]


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_shades_follow_the_numbers(count: int, most: int) -> None:
    found = shade(min(count, most), most)
    assert 0 <= found <= SHADES
    assert (found == 0) == (min(count, most) == 0)
    assert most == 0 or shade(most, most) == SHADES


def test_small_calculations() -> None:
    assert middle_of([]) is None
    assert middle_of([3, 1, 100]) == 3
    assert largest_first({"": 9, "FI": 1, "AT": 1, "NL": 4}) == [("NL", 4), ("AT", 1), ("FI", 1), ("", 9)]


def test_the_map_draws_what_its_script_knows() -> None:
    script = (ROOT / "scripts" / "europe.mjs").read_text("utf-8")
    known = set(re.findall(r'"\d{3}": "([A-Z]{2})"', script)) | {"XK"}
    assert set(DRAWN) == known


def test_every_country_has_a_shape() -> None:
    if "europe.svg" not in load_manifest():
        pytest.skip("the assets are not built: python3 -m peer_visits assets")
    drawing = (STATIC / load_manifest()["europe.svg"]).read_text("utf-8")
    assert all(re.search(rf'<symbol id="{code}"[^>]*><path d="M', drawing) for code in DRAWN)
    rows = list_countries(Counter({"NL": 2}), Counter({"FI": 3, "NL": 1}))
    shapes = list_shapes(rows)
    assert len(shapes) == len(DRAWN)
    assert shapes[-1].is_host, "hosts lie on top"


def test_a_call_that_was_run_elsewhere_counts_nothing(session: Session) -> None:
    shown, run = make_closed_call(session, 4), make_answered_call(session)
    shown.call.state = CallState.ARCHIVED
    session.flush()
    figures = read_figures(session, [shown.call, run.call])
    assert [one.is_counted for one in figures] == [False, True]
    [pictured, _acceptance] = series_over_calls(figures)
    assert [label for label, _numbers in pictured.rows] == [run.call.title], "zeros would be told as facts"

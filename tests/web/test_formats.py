"""Dates, moments with their zone, places, numbers, phrases and Markdown as pages show them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask_babel import Babel

from peer_visits.kernel import clock as kernel_clock
from peer_visits.kernel.text import phrase
from peer_visits.web import formats

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def english_reader() -> Iterator[None]:
    """A request of an English reader at a known moment."""
    app = Flask(__name__)
    Babel(app, locale_selector=lambda: "en_IE")
    with kernel_clock.frozen(NOW), app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        (date(2021, 5, 18), date(2021, 5, 20), "18–20 May 2021"),
        (date(2021, 5, 31), date(2021, 6, 4), "31 May\u00a0– 4 June 2021"),
        (date(2021, 12, 30), date(2022, 1, 2), "30 December 2021\u00a0– 2 January 2022"),
        (date(2021, 5, 18), date(2021, 5, 18), "18 May 2021"),
        (date(2021, 5, 18), None, "18 May 2021"),
        (None, None, ""),
    ],
)
def test_day_range(first: date | None, last: date | None, shown: str) -> None:
    assert formats.day_range(first, last) == shown


def test_ranges_in_somebodys_words_stay_in_one_line_and_other_dashes_do_not() -> None:
    assert formats.unbroken("26–28 April 2021 (<call>) – or 26–30") == (
        '<span class="unbroken">26–28 April 2021</span> (&lt;call&gt;) – or <span class="unbroken">26–30</span>'
    )


def test_days() -> None:
    value = date(2021, 5, 18)
    assert formats.day(value) == "18 May 2021"
    assert formats.day_short(value) == "18 May"
    assert formats.weekday(value) == "Tuesday 18 May 2021"
    assert formats.weekday_short(value) == "Tue 18 May"
    assert formats.month(value) == "May 2021"
    assert formats.day(None) == formats.month(None) == ""


@pytest.mark.parametrize(
    ("value", "zone", "shown"),
    [
        (
            datetime(2021, 2, 8, 22, 59, tzinfo=UTC),
            "Europe/Brussels",
            "8 February 2021, 23:59 (Brussels, UTC+1)",
        ),
        (datetime(2021, 7, 8, 22, 59, tzinfo=UTC), "Europe/Brussels", "9 July 2021, 00:59 (Brussels, UTC+2)"),
        (
            datetime(2021, 7, 8, 12, 0, tzinfo=UTC),
            "America/St_Johns",
            "8 July 2021, 09:30 (St John’s, UTC−2:30)",
        ),
        (datetime(2021, 7, 8, 12, 0, tzinfo=UTC), "UTC", "8 July 2021, 12:00 (UTC)"),
        (None, "UTC", ""),
    ],
)
def test_a_moment_names_its_zone(value: datetime | None, zone: str, shown: str) -> None:
    assert formats.moment(value, zone) == shown


def test_a_visitor_reads_in_the_zone_of_the_installation() -> None:
    assert formats.moment(NOW) == "4 May 2026, 12:00 (Brussels, UTC+2)"
    assert formats.clock(NOW) == "12:00"
    assert formats.local_day(datetime(2026, 5, 4, 23, 0, tzinfo=UTC)) == date(2026, 5, 5)


@pytest.mark.parametrize(
    ("left", "shown"),
    [
        (timedelta(days=6, hours=4, minutes=50), "6 days 4 h left"),
        (timedelta(days=1), "1 day left"),
        (timedelta(hours=3, minutes=20), "3 h 20 min left"),
        (timedelta(minutes=12), "12 min left"),
        (timedelta(seconds=59), "less than a minute left"),
        (timedelta(0), "closed"),
        (timedelta(seconds=-1), "closed"),
    ],
)
def test_countdown(left: timedelta, shown: str) -> None:
    assert formats.countdown(NOW + left) == shown


def test_places_and_languages() -> None:
    assert formats.country("GR") == formats.country("EL") == "Greece"
    assert formats.country_tag("GR") == "EL"
    assert formats.country_tag("GB") == "UK"
    assert formats.country_tag("FI") == "FI"
    assert formats.country("XX") == "XX"
    assert formats.country(None) == ""
    assert formats.language("mt") == "Maltese"


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (1, "1 byte"),
        (640, "640 bytes"),
        (12_300, "12 kB"),
        (999_499, "999 kB"),
        (999_500, "1 MB"),
        (3_440_000, "3.4 MB"),
    ],
)
def test_filesize(size: int, shown: str) -> None:
    assert formats.filesize(size) == shown


def test_numbers() -> None:
    assert formats.number(12345) == "12,345"
    assert formats.number(None) == ""
    assert [formats.ordinal(n) for n in (1, 2, 3, 4, 11)] == ["1st", "2nd", "3rd", "4th", "11th"]


def test_a_phrase_is_said_with_its_parts() -> None:
    inner = phrase("the deadline (%(at)s)", at=datetime(2021, 2, 8, 22, 59, tzinfo=UTC))
    assert formats.say(phrase("After %(what)s on %(day)s", what=inner, day=date(2021, 2, 9))) == (
        "After the deadline (8 February 2021, 23:59 (Brussels, UTC+1)) on 9 February 2021"
    )
    assert formats.say("100 % as it is") == "100 % as it is"
    assert formats.say(None) == ""


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[click](javascript:alert(1))",
        "[click](data:text/html;base64,PHNjcmlwdD4=)",
        "![tracker](https://example.org/pixel.png)",
        '<a href="https://example.org" style="position:fixed">x</a>',
        "<svg/onload=alert(1)>",
    ],
)
def test_markdown_lets_nothing_dangerous_through(hostile: str) -> None:
    seen = Tags()
    seen.feed(formats.markdown(hostile))
    assert {tag for tag, _attributes in seen.found} <= {"p", "a"}
    assert all(set(attributes) <= {"rel"} for _tag, attributes in seen.found)


class Tags(HTMLParser):
    """The tags a browser would find, with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_markdown_shows_the_usual_things() -> None:
    shown = formats.markdown("# Head\n\nA *word*, a [link](https://example.org).\n\n- one")
    assert "<h3>Head</h3>" in shown
    assert "<em>word</em>" in shown
    assert '<a href="https://example.org" rel="nofollow noopener">link</a>' in shown
    assert "<li>one</li>" in shown

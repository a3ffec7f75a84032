"""Whatever is typed into whichever field, or into the address: an answer in words, never a broken page.

The forms are those of the pages themselves, filled as they stand there; then one to three of their values are spoilt.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote_plus, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from werkzeug.test import TestResponse

from peer_visits.permissions.table import RULES
from tests.conftest import HEAVY
from tests.support.routes import Browser, address, may, routes
from tests.support.world import RELATIONS, World

PAGES = 400 if HEAVY else 12
# Names that many pages take; those of its own links and forms are added to them.
ASKED = ("page", "q", "sort", "day", "state", "kind", "language", "next")
NUMBERS = (
    "-1",
    "0",
    "1",
    "1.5",
    "+1",
    "1_000",
    "9" * 30,
    "9" * 5000,
    "1e309",
    "NaN",
    "inf",
    "0x1",
    "\u00b2",
    "\u0663",
)
TIMES = (
    "9999-12-31",
    "0001-01-01",
    "2026-02-30",
    "10000-01-01",
    "24:00",
    "23:59",
    "2026-03-29T02:30",
    "2026-W12",
)
WORDS = (
    "",
    " ",
    "\r\n",
    "\x00",
    "\ud800",
    "\u202e\u200b",
    "a" * 30_000,
    "\U0001f600" * 50,
    "<script>alert(1)</script>",
    "'; --",
    "%s %(name)s {0}",
    "x\r\nX: y",
    "../../x",
    "//evil.example",
    "https://evil.example",
    "a@b",
    "ü@ü.example",
    "Europe/Nowhere",
    "null",
    "[]",
    "{}",
    "true",
    "a:b:c",
    "00000000-0000-0000-0000-000000000000",
)
VALUES = (*NUMBERS, *TIMES, *WORDS)
Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Filled:
    """A form as it stands on its page, with the values that could be chosen in it."""

    method: str
    path: str
    pairs: Pairs
    possible: Pairs


@pytest.mark.parametrize("who", sorted(RELATIONS))
def test_nothing_that_is_sent_breaks_a_page(
    app: Flask, world: tuple[World, dict[str, Browser]], who: str
) -> None:
    made, browsers = world
    chance, broken = random.Random(who), list[str]()
    mine = [
        address(app, route, made) for route, method in routes(app) if method == "GET" and _opens(route, who)
    ]
    for path in chance.choices(mine, k=PAGES):
        page = browsers[who].open(path, "GET")
        forms, names = read_forms(page, path)
        sent = [("GET", path, spoil(chance, [], [(name, "") for name in names]))]
        sent += [(one.method, one.path, spoil(chance, one.pairs, one.possible)) for one in forms[:4]]
        broken += [f"{who}: {one}" for one in sent if _send(browsers[who], *one) >= 500]
    assert broken == []


def _opens(route: object, who: str) -> bool:
    endpoint = getattr(route, "endpoint", "")
    return may(RULES[endpoint], who, route)  # type: ignore[arg-type]


def _send(browser: Browser, method: str, path: str, pairs: Pairs) -> int:
    words = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs)
    if method == "GET":
        return browser.open(f"{path}?{words}", "GET").status_code
    form = "application/x-www-form-urlencoded"
    return browser.open(path, "POST", data=words.encode(), content_type=form).status_code


def _quoted(words: str) -> str:
    return quote_plus(words.encode("utf-8", "surrogatepass"))


def spoil(chance: random.Random, pairs: Pairs, possible: Sequence[tuple[str, str]]) -> Pairs:
    """The pairs with one to three names replaced, left out, said twice or given the value of another."""
    for _time in range(chance.randint(1, 3) if possible else 0):
        name, _own = chance.choice(possible)
        others = [pair for pair in pairs if pair[0] != name]
        pairs = chance.choice(
            [
                [*others, (name, chance.choice(VALUES))],
                [*others, (name, chance.choice(VALUES))],
                [*pairs, (name, chance.choice(VALUES))],
                [*others, (name, chance.choice(possible)[1])],
                others,
            ]
        )
    return pairs


def read_forms(page: TestResponse, path: str) -> tuple[list[Filled], list[str]]:
    """The forms of a page, those of its own matter first, and every name its address may be asked with."""
    if page.mimetype != "text/html":
        return [], list(ASKED)
    soup = BeautifulSoup(page.text, "html.parser")
    main = soup.find("main") or soup
    forms = [_filled(one, path) for one in main.find_all("form")]
    links = [str(link.get("href") or "") for link in soup.find_all("a")]
    linked = {name for link in links for name, _value in parse_qsl(urlsplit(link).query)}
    asked = {name for one in forms if one.method == "GET" for name, _value in one.possible}
    return forms, sorted({*ASKED, *linked, *asked})


def _filled(form: Tag, path: str) -> Filled:
    pairs, possible = Pairs(), Pairs()
    for field in form.find_all(["input", "select", "textarea", "button"]):
        name, kind = str(field.get("name") or ""), str(field.get("type") or "")
        if not name or kind == "file":
            continue
        options = field.find_all("option") if field.name == "select" else [field]
        values = [field.text if field.name == "textarea" else str(one.get("value") or "") for one in options]
        possible += [(name, value) for value in values]
        is_chosen = field.name != "button" and (
            kind not in {"checkbox", "radio"} or field.has_attr("checked")
        )
        chosen = [value for one, value in zip(options, values, strict=True) if one.has_attr("selected")]
        pairs += [(name, value) for value in (chosen or values[:1])] if is_chosen else []
    action = urlsplit(urljoin(f"http://localhost{path}", str(form.get("action") or path)))
    return Filled(str(form.get("method") or "get").upper(), action.path, pairs, possible)

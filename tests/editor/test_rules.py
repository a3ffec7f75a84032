"""What keeps a call from being published, and addresses made from titles."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from peer_visits.editor.rules import lacking_to_publish, make_slug
from peer_visits.questions.definition import Asked, Definition, Option
from peer_visits.questions.kinds import Kind

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Draft:
    summary: str = "Ten hosts invite."
    privacy: str = "Kept two years."
    opens_at: datetime = NOW + timedelta(days=1)
    closes_at: datetime = NOW + timedelta(days=10)
    answers_by: date | None = date(2026, 6, 1)
    max_choices: int = 2
    languages: list[str] = field(default_factory=lambda: ["en", "fi"])


@dataclass(frozen=True)
class Announced:
    place: str = "Vantaa"
    called_title: str = "A title"
    announced_starts_on: date | None = date(2026, 9, 1)


def question(**labels: str) -> Asked:
    return Asked(uuid4(), 1, Definition(Kind.LONG, labels))


WHOLE = [question(en="Why?", fi="Miksi?")]


def pages(draft: Draft, visits: list[Announced], criteria: int, questions: list[Asked]) -> list[str]:
    return [one.page for one in lacking_to_publish(draft, visits, criteria, questions, NOW)]


def test_a_whole_call_lacks_nothing() -> None:
    assert pages(Draft(), [Announced()], 2, WHOLE) == []


@pytest.mark.parametrize(
    "change",
    [
        {"summary": ""},
        {"privacy": ""},
        {"closes_at": NOW},
        {"answers_by": None},
        {"answers_by": date(2026, 5, 14)},
    ],
)
def test_settings_that_are_missing_or_wrong(change: dict[str, Any]) -> None:
    assert pages(replace(Draft(), **change), [Announced()], 2, WHOLE) == ["settings"]


def test_visits_criteria_and_words_that_are_missing() -> None:
    assert pages(Draft(), [], 2, WHOLE) == ["visits"]
    assert pages(Draft(), [Announced(called_title="", announced_starts_on=None)], 2, WHOLE) == ["visits"] * 2
    assert pages(Draft(), [Announced()], 0, WHOLE) == ["criteria"]
    assert pages(Draft(), [Announced()], 1, [question(en="Why?")]) == ["questions"]
    options = Definition(Kind.ONE, {"en": "Which?", "fi": "Mikä?"}, options=(Option("a", {"en": "A"}),))
    assert pages(Draft(), [Announced()], 1, [Asked(uuid4(), 1, options)]) == ["questions"]


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Visits 2027", "visits-2027"),
        ("Łódź – Šibenik!", "lodz-sibenik"),
        ("   ", "call"),
        ("Ελλάδα", "call"),
        ("taken", "taken-3"),
        ("x" * 100, "x" * 60),
    ],
)
def test_addresses_from_titles(title: str, slug: str) -> None:
    assert make_slug(title, {"taken", "taken-2"}) == slug

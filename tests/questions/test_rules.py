"""When a question is asked, which answers fit, and what limits count."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from peer_visits.kernel.text import in_language
from peer_visits.questions.definition import (
    Asked,
    Condition,
    Definition,
    Option,
    Raw,
    read_definition,
)
from peer_visits.questions.kinds import Kind, Unit
from peer_visits.questions.rules import is_asked, number_in, problem_with

OPTIONS = (Option("a", {"en": "Archive"}), Option("b", {"en": "Buildings"}), Option("c", {"en": "Crafts"}))


def question(kind: Kind, **values: Any) -> Definition:
    return Definition(kind, {"en": "A question"}, **values)


GOOD: list[tuple[Definition, Raw]] = [
    (question(Kind.SHORT), "x" * 200),
    (question(Kind.LONG), "line\nline"),
    (question(Kind.LONG, limit=3, unit=Unit.WORDS), "three small words"),
    (question(Kind.ONE, options=OPTIONS), "a"),
    (question(Kind.MANY, options=OPTIONS, highest=2), ["a", "c"]),
    (question(Kind.NUMBER), "12"),
    (question(Kind.NUMBER), "1 234,5"),
    (question(Kind.NUMBER, lowest=-5, highest=5), "-5"),
    (question(Kind.DATE), "2028-02-29"),
    (question(Kind.YES_NO), "no"),
    (question(Kind.CONSENT), "yes"),
    (question(Kind.COUNTRY), "FI"),
    (question(Kind.LEVEL), "B2"),
    (question(Kind.LINK), "https://example.org/ä?b=c#d"),
    (question(Kind.FILE), str(uuid4())),
]
BAD: list[tuple[Definition, Raw]] = [
    (question(Kind.SHORT), "x" * 201),
    (question(Kind.SHORT), "a\nb"),
    (question(Kind.LONG), "a\u202eb"),
    (question(Kind.LONG, limit=3, unit=Unit.WORDS), "one two three four"),
    (question(Kind.ONE, options=OPTIONS), "z"),
    (question(Kind.MANY, options=OPTIONS), ["a", "z"]),
    (question(Kind.MANY, options=OPTIONS, highest=2), ["a", "b", "c"]),
    (question(Kind.NUMBER), "twelve"),
    (question(Kind.NUMBER), "1e5"),
    (question(Kind.NUMBER), "NaN"),
    (question(Kind.NUMBER, lowest=0), "-1"),
    (question(Kind.NUMBER, highest=5), "5.01"),
    (question(Kind.DATE), "2026-02-29"),
    (question(Kind.DATE), "20260228"),
    (question(Kind.YES_NO), "perhaps"),
    (question(Kind.CONSENT), "no"),
    (question(Kind.COUNTRY), "Finland"),
    (question(Kind.LEVEL), "B3"),
    (question(Kind.LINK), "javascript:alert(1)"),
    (question(Kind.LINK), "https://"),
    (question(Kind.LINK), "https://[broken"),
    (question(Kind.LINK), "https://example.org/" + "x" * 500),
    (question(Kind.FILE), "../../etc/passwd"),
]


@pytest.mark.parametrize("case", range(len(GOOD)))
def test_answers_that_fit(case: int) -> None:
    assert problem_with(*GOOD[case]) is None


@pytest.mark.parametrize("case", range(len(BAD)))
def test_answers_that_do_not_fit_are_told_why(case: int) -> None:
    assert problem_with(*BAD[case]) is not None


@pytest.mark.parametrize("kind", list(Kind))
def test_nothing_is_enough_only_where_nothing_is_asked_for(kind: Kind) -> None:
    assert problem_with(question(kind, required=False), None) is None
    assert problem_with(question(kind), None) is not None
    assert problem_with(question(kind), "") is not None


@pytest.mark.parametrize("kind", list(Kind))
def test_a_definition_is_the_same_after_being_kept(kind: Kind) -> None:
    whole = question(
        kind,
        helps={"fi": "Apua"},
        options=OPTIONS,
        limit=7,
        unit=Unit.WORDS,
        lowest=1,
        highest=9,
        condition=Condition(uuid4(), ("a", "b")),
        purpose="To know.",
        keep_months=6,
        required=False,
    )
    assert read_definition(whole.to_json()) == whole


def asked(identity: UUID, condition: Condition | None = None) -> Asked:
    return Asked(identity, 1, question(Kind.MANY, options=OPTIONS, condition=condition))


def test_a_question_is_shown_when_the_earlier_answer_says_so() -> None:
    first, second = uuid4(), uuid4()
    by_id = {first: asked(first), second: asked(second, Condition(first, ("a", "b")))}
    assert is_asked(by_id[second], {first: ["c", "b"]}, by_id)
    assert not is_asked(by_id[second], {first: ["c"]}, by_id)
    assert not is_asked(by_id[second], {}, by_id)


def test_an_answer_that_is_hidden_itself_shows_nothing() -> None:
    first, second, third = uuid4(), uuid4(), uuid4()
    by_id = {
        first: asked(first),
        second: asked(second, Condition(first, ("a",))),
        third: asked(third, Condition(second, ("a",))),
    }
    assert is_asked(by_id[third], {first: ["a"], second: ["a"]}, by_id)
    assert not is_asked(by_id[third], {first: ["b"], second: ["a"]}, by_id)


def test_conditions_in_a_ring_end() -> None:
    first, second = uuid4(), uuid4()
    by_id = {
        first: asked(first, Condition(second, ("a",))),
        second: asked(second, Condition(first, ("a",))),
    }
    assert not is_asked(by_id[first], {first: ["a"], second: ["a"]}, by_id)


@pytest.mark.parametrize(
    ("text", "number"),
    [("3,5", "3.5"), ("1'000", "1000"), ("+7", "7"), ("0", "0"), ("--1", None), ("", None)],
)
def test_numbers_as_people_write_them(text: str, number: str | None) -> None:
    found = number_in(text)
    assert (None if found is None else str(found)) in {number, f"+{number}"}


def test_words_in_another_language_stand_in_where_one_is_missing() -> None:
    assert in_language({"en": "Hello", "fi": "Hei"}, "fi") == "Hei"
    assert in_language({"en": "Hello", "fi": ""}, "fi") == "Hello"
    assert in_language({}, "fi") == ""

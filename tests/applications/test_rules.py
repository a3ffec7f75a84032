"""What keeps an application from being kept or sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from peer_visits.applications.rules import (
    KEPT_AFTER_CLOSING,
    ApplicationContent,
    ChoiceContent,
    choice_problem,
    is_eligible,
    may_keep,
    may_send,
    missing_to_send,
    question_field,
)
from peer_visits.calls.states import CallState
from peer_visits.questions.definition import Asked, Condition, Definition, Part, Questionnaire
from peer_visits.questions.kinds import AskedOf, Kind

A, B = uuid4(), uuid4()
BRINGS, COMES_BACK, WHY_BACK, LANGUAGE = uuid4(), uuid4(), uuid4(), uuid4()
ASKED = Questionnaire(
    (
        Part(
            uuid4(),
            {"en": "About you"},
            {},
            (
                Asked(BRINGS, 1, Definition(Kind.LONG, {"en": "What you bring"})),
                Asked(COMES_BACK, 1, Definition(Kind.YES_NO, {"en": "Have you taken part before?"})),
                Asked(
                    WHY_BACK,
                    1,
                    Definition(
                        Kind.SHORT, {"en": "In which year?"}, condition=Condition(COMES_BACK, ("yes",))
                    ),
                ),
                Asked(
                    LANGUAGE,
                    1,
                    Definition(Kind.LEVEL, {"en": "Its language"}, asked_of=AskedOf.CHOICE),
                ),
            ),
        ),
    )
)
WHOLE = {BRINGS: "b", COMES_BACK: "no"}


def content(*choices: ChoiceContent) -> ApplicationContent:
    return ApplicationContent(choices, WHOLE)


def choice(visit: UUID | None, motivation: str = "why") -> ChoiceContent:
    return ChoiceContent(visit, motivation, {LANGUAGE: "B2"})


def fields_missing(given: ApplicationContent) -> list[str]:
    return [one.field for one in missing_to_send(given, ASKED)]


def test_a_whole_application_lacks_nothing() -> None:
    assert fields_missing(content(choice(A), choice(B))) == []


def test_everything_missing_is_named_at_its_field() -> None:
    assert fields_missing(ApplicationContent()) == [
        "visit_0",
        question_field(BRINGS),
        question_field(COMES_BACK),
    ]
    assert fields_missing(content(choice(A), choice(B, ""))) == ["why_1"]
    assert fields_missing(content(ChoiceContent(A, "why"))) == [question_field(LANGUAGE, 0)]


def test_a_question_is_missing_only_where_an_answer_lets_it_be_asked() -> None:
    asked = ApplicationContent((choice(A),), {BRINGS: "b", COMES_BACK: "yes"})
    assert fields_missing(asked) == [question_field(WHY_BACK)]
    answered = ApplicationContent((choice(A),), {BRINGS: "b", COMES_BACK: "yes", WHY_BACK: "2021"})
    assert fields_missing(answered) == []


@pytest.mark.parametrize(
    ("name", "email", "field"),
    [
        ("", "", []),
        ("Eve", "eve@example.org", []),
        ("Eve", "", ["substitute_email"]),
        ("", "eve@example.org", ["substitute_name"]),
        ("Eve", "eve", ["substitute_email"]),
        ("Eve", "eve@example", ["substitute_email"]),
    ],
)
def test_a_substitute_has_a_name_and_an_address_or_neither(name: str, email: str, field: list[str]) -> None:
    given = ApplicationContent((choice(A),), WHOLE, name, email)
    assert fields_missing(given) == field


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ([A, A], "visit_1"),
        ([A, B], None),
        ([A, B, A], "visit_0"),
        ([uuid4()], "visit_0"),
        ([A, None], "visit_1"),
        ([], None),
    ],
)
def test_choices_that_cannot_be_sent(wanted: list[UUID | None], field: str | None) -> None:
    problem = choice_problem(content(*(choice(one) for one in wanted)), visits={A, B}, most=2)
    assert (problem.field if problem else None) == field


def test_a_call_without_countries_or_kinds_is_open_to_all() -> None:
    assert is_eligible("XX", "local", [], [])
    assert is_eligible("FI", "local", ["FI", "NL"], ["local"])
    assert not is_eligible("US", "local", ["FI", "NL"], [])
    assert not is_eligible("FI", "civil", [], ["local"])
    assert not is_eligible(None, None, ["FI"], [])


OPENS = datetime(2026, 5, 1, tzinfo=UTC)
CLOSES = datetime(2026, 5, 15, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Window:
    state: CallState = CallState.PUBLISHED
    opens_at: datetime = OPENS
    closes_at: datetime = CLOSES
    decided_at: datetime | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True)
class Given:
    open_until: datetime | None


@pytest.mark.parametrize(
    ("now", "sent", "kept"),
    [
        (OPENS - SECOND, False, False),
        (OPENS, True, True),
        (CLOSES - SECOND, True, True),
        (CLOSES, False, True),
        (CLOSES + KEPT_AFTER_CLOSING - SECOND, False, True),
        (CLOSES + KEPT_AFTER_CLOSING, False, False),
    ],
)
def test_sending_ends_with_the_call_and_keeping_a_day_later(now: datetime, sent: bool, kept: bool) -> None:
    assert (may_send(Window(), None, now), may_keep(Window(), None, now)) == (sent, kept)


def test_one_person_may_be_given_more_time_until_the_decision() -> None:
    later = CLOSES + timedelta(days=5)
    assert may_send(Window(), Given(later), later - SECOND)
    assert not may_send(Window(), Given(later), later)
    assert not may_send(Window(decided_at=CLOSES), Given(later), later - SECOND)
    assert not may_send(Window(state=CallState.ARCHIVED), Given(later), later - SECOND)
    assert not may_keep(Window(decided_at=CLOSES), None, CLOSES + SECOND)

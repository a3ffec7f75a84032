"""What keeps an application from being kept or sent."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from peer_visits.applications.rules import (
    ApplicationContent,
    ChoiceContent,
    choice_problem,
    is_eligible,
    missing_to_send,
)

A, B = uuid4(), uuid4()


def content(*choices: ChoiceContent, brings: str = "b", wants: str = "w") -> ApplicationContent:
    return ApplicationContent(brings, wants, choices)


def test_a_whole_application_lacks_nothing() -> None:
    assert missing_to_send(content(ChoiceContent(A, "why"), ChoiceContent(B, "why"))) == []


def test_everything_missing_is_named_at_its_field() -> None:
    empty = content(brings="", wants="")
    assert [one.field for one in missing_to_send(empty)] == ["visit_0", "brings", "wants"]
    silent = content(ChoiceContent(A, "why"), ChoiceContent(B, ""))
    assert [one.field for one in missing_to_send(silent)] == ["why_1"]


@pytest.mark.parametrize(
    ("wanted", "field"),
    [([A, A], "visit_1"), ([A, B], None), ([A, B, A], "visit_0"), ([uuid4()], "visit_0"), ([], None)],
)
def test_choices_that_not_even_a_draft_keeps(wanted: list[UUID], field: str | None) -> None:
    problem = choice_problem(content(*(ChoiceContent(one, "") for one in wanted)), visits={A, B}, most=2)
    assert (problem.field if problem else None) == field


def test_a_call_without_countries_is_open_to_all() -> None:
    assert is_eligible("XX", [])
    assert is_eligible("FI", ["FI", "NL"])
    assert not is_eligible("US", ["FI", "NL"])
    assert not is_eligible(None, ["FI"])

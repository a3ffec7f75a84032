"""`flask --app wsgi agenda suggest|breakouts FILE.json`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from peer_visits.agenda.suggesting import judge_json
from tests.agenda.published import (
    agenda,
    agenda_file,
    breakout_file,
    expected_agenda,
    expected_breakout,
)


def invoke(app: Flask, *arguments: str) -> tuple[int, str, str]:
    result = app.test_cli_runner().invoke(args=["agenda", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_an_agenda_is_answered_as_json(sqlite_app: Flask) -> None:
    name = "sc1-speaker-window"
    code, out, errors = invoke(
        sqlite_app, "suggest", str(agenda_file(name)), "--time-limit", "15", "--progress"
    )
    answer, right = json.loads(out), expected_agenda(name)
    assert code == 0
    assert "dropped: 3 sessions placed" in errors
    assert {key: answer[key] for key in ("name", "status", "levels")} == {
        key: right[key] for key in ("name", "status", "levels")
    }
    assert judge_json(agenda(name), answer["plan"]).levels == right["levels"]
    assert answer["example_plan"] == answer["plan"]


def test_that_nothing_is_possible_is_an_answer(sqlite_app: Flask) -> None:
    code, out, errors = invoke(sqlite_app, "suggest", str(agenda_file("sc3-infeasible")))
    answer = json.loads(out)
    assert (code, errors) == (0, "")
    assert answer["status"] == "infeasible"
    assert answer["unplaceable_is_least"]


def test_breakouts_are_answered_as_json(sqlite_app: Flask) -> None:
    code, out, _errors = invoke(sqlite_app, "breakouts", str(breakout_file("b-12-3-4-c1")))
    answer, right = json.loads(out), expected_breakout("b-12-3-4-c1")
    assert code == 0
    assert {key: answer[key] for key in right if key != "example"} == {
        key: value for key, value in right.items() if key != "example"
    }
    assert len(answer["rounds"]) == 4


@pytest.mark.parametrize("command", ["suggest", "breakouts"])
@pytest.mark.parametrize(
    ("content", "message"),
    [(b"{", "is not JSON"), (b"[1]", "the file: an object is expected here"), (b"{}", "schema: ")],
)
def test_a_broken_file_is_told_and_ends_with_two(
    sqlite_app: Flask, tmp_path: Path, command: str, content: bytes, message: str
) -> None:
    (tmp_path / "file.json").write_bytes(content)
    code, out, errors = invoke(sqlite_app, command, str(tmp_path / "file.json"))
    assert (code, out) == (2, "")
    assert f"{tmp_path / 'file.json'}: {message}" in errors

"""`flask --app wsgi allocate FILE.json`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from tests.allocation.published import DATA, expected


def invoke(app: Flask, *arguments: str) -> tuple[int, str, str]:
    result = app.test_cli_runner().invoke(args=["allocate", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_a_call_is_answered_as_json(sqlite_app: Flask) -> None:
    code, out, _errors = invoke(
        sqlite_app, str(DATA / "instances" / "t8-gender-share.json"), "--time-limit", "30"
    )
    answer, right = json.loads(out), expected("t8-gender-share")
    assert code == 0
    assert {key: answer[key] for key in ("name", "status", "levels", "unique", "placements")} == {
        key: right[key] for key in ("name", "status", "levels", "unique", "placements")
    }


def test_a_conflict_is_an_answer(sqlite_app: Flask) -> None:
    code, out, _errors = invoke(sqlite_app, str(DATA / "instances" / "t6-infeasible-two-visits.json"))
    assert code == 0
    assert json.loads(out)["conflict"] in expected("t6-infeasible-two-visits")["conflicts"]


def test_a_waiting_list_is_answered_with_its_log(sqlite_app: Flask) -> None:
    code, out, _errors = invoke(sqlite_app, str(DATA / "instances" / "w1-waiting-list.json"))
    assert code == 0
    assert json.loads(out) == expected("w1-waiting-list")


def test_progress_is_told_beside_the_answer(sqlite_app: Flask) -> None:
    _code, out, errors = invoke(
        sqlite_app, str(DATA / "instances" / "t1-fill-beats-score.json"), "--progress"
    )
    assert json.loads(out)["status"] == "optimal"
    assert "filled: 2" in errors


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "is not JSON: Expecting property name enclosed in double quotes in line 1, column 2"),
        (b"\xff\xfe", "is not a text in UTF-8"),
        (b"[1]", "the file: an object is expected here"),
        (b'{"schema": "peer-visits/allocation/1"}', "visits: is missing"),
        (b"[" * 100_000, "is nested too deeply"),
    ],
)
def test_a_broken_file_is_told_and_ends_with_two(
    sqlite_app: Flask, tmp_path: Path, content: bytes, message: str
) -> None:
    (tmp_path / "call.json").write_bytes(content)
    code, out, errors = invoke(sqlite_app, str(tmp_path / "call.json"))
    assert (code, out) == (2, "")
    assert f"{tmp_path / 'call.json'}: {message}" in errors


def test_a_missing_file_is_told(sqlite_app: Flask, tmp_path: Path) -> None:
    code, _out, errors = invoke(sqlite_app, str(tmp_path / "nothing.json"))
    assert code == 2
    assert "cannot be read" in errors

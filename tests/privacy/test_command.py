"""Data given out on request, hosts' notes included, by the organiser's technician."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from flask import Flask

from peer_visits.privacy.words import ROOMS, told_rooms
from peer_visits.storage.transaction import writing
from tests.privacy.everything import EMAIL, fill


@pytest.mark.parametrize(("switch", "has_notes"), [((), False), (("--everything",), True)])
def test_what_others_wrote_is_given_out_only_if_asked_for(
    app: Flask, at_now: object, tmp_path: Path, switch: tuple[str, ...], has_notes: bool
) -> None:
    with writing() as session:
        fill(session)
    target = tmp_path / "hers.zip"
    result = app.test_cli_runner().invoke(args=["personal", "export", EMAIL, "--to", str(target), *switch])
    assert result.exit_code == 0, result.output
    told = zipfile.ZipFile(target).read("data.json").decode()
    assert ("zuqxnoted" in told) is has_notes
    assert "zuqxbrings2" in told
    assert json.loads(result.output)["rows"] > 20


def test_nobody_is_no_account(app: Flask, tmp_path: Path) -> None:
    result = app.test_cli_runner().invoke(
        args=["personal", "export", "nobody@example.org", "--to", str(tmp_path / "x.zip")]
    )
    assert result.exit_code == 1
    assert "has no account here" in result.output


def test_every_room_that_holds_something_has_words(app: Flask) -> None:
    assert [room.name for room in told_rooms() if room.name not in ROOMS] == []

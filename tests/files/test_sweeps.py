"""Bytes that no record names are removed after a day, and nothing else is."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask

from peer_visits.files.services import AcceptedFile, keep_file
from peer_visits.files.serving import current_store
from peer_visits.files.sweeps import UNKNOWN_FOR, remove_unknown_files
from peer_visits.storage.transaction import writing

DAY_AND_MORE = UNKNOWN_FOR + timedelta(minutes=1)


def put(tmp_path: Path, now: datetime, age: timedelta) -> str:
    source = tmp_path / "source"
    source.write_bytes(b"content")
    key = current_store().put(source)
    moment = (now - age).timestamp()
    os.utime(current_store()._path(key), (moment, moment))
    return key


def test_only_what_is_old_and_unknown_goes(app: Flask, tmp_path: Path, now: datetime) -> None:
    known, preview, unknown = (put(tmp_path, now, DAY_AND_MORE) for _one in range(3))
    fresh = put(tmp_path, now, timedelta(minutes=5))
    accepted = AcceptedFile(known, "a.pdf", 7, "0" * 64, 1, preview_key=preview)
    with writing() as session:
        keep_file(session, accepted, now=now, created_by=None)
    assert remove_unknown_files(now) >= 1
    store = current_store()
    assert [store.has(key) for key in (known, preview, fresh, unknown)] == [True, True, True, False]

"""The return path names its message, and only this installation can make one."""

from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from peer_visits.outbox.return_path import read_return_path, return_path

BASE, SECRET = "bounces@example.org", "a-secret"


@given(st.uuids())
def test_what_is_written_is_read(message_id: uuid.UUID) -> None:
    address = return_path(BASE, message_id, SECRET)
    assert read_return_path(address, SECRET) == message_id
    assert read_return_path(f"<{address.upper()}>", SECRET) == message_id, "servers may change the case"
    assert len(address.split("@")[0]) <= 64


@given(st.uuids(), st.uuids())
def test_nobody_else_can_make_one(message_id: uuid.UUID, other: uuid.UUID) -> None:
    address = return_path(BASE, message_id, "another secret")
    assert read_return_path(address, SECRET) is None
    if other != message_id:
        mine = return_path(BASE, message_id, SECRET)
        assert read_return_path(mine.replace(message_id.hex, other.hex), SECRET) is None


@given(st.text(max_size=120))
def test_any_other_text_is_no_return_path(address: str) -> None:
    assert read_return_path(address, SECRET) is None

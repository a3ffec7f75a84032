"""What a mail was rendered from survives the database as it was."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.packing import CannotPack, pack, unpack

moments = st.datetimes(timezones=st.just(UTC))
plain = st.none() | st.booleans() | st.integers() | st.text() | st.dates() | moments | st.uuids()
values = st.recursive(
    plain,
    lambda inner: st.lists(inner) | st.dictionaries(st.text().filter(lambda key: key != "_kind"), inner),
    max_leaves=20,
)


@given(values)
def test_what_is_packed_is_unpacked(value: Any) -> None:
    assert unpack(pack(value)) == value


def test_a_phrase_keeps_its_words_for_translation() -> None:
    said = phrase("Rank %(rank)s on %(day)s", rank=2, day=date(2026, 5, 4))
    again = unpack(pack({"reason": said, "id": UUID(int=1), "at": datetime(2026, 5, 4, tzinfo=UTC)}))
    assert isinstance(again["reason"], Phrase)
    assert (again["reason"].template, again["reason"].values) == (said.template, said.values)


def test_anything_else_is_refused() -> None:
    with pytest.raises(CannotPack):
        pack({"copy": object()})

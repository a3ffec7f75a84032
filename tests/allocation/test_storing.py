"""A result outlives its run's row unchanged."""

from __future__ import annotations

import json
import uuid

from hypothesis import given
from hypothesis import strategies as st

from peer_visits.allocation.result import Placement, Result, Unplaced, Waiting
from peer_visits.allocation.storing import read_result, write_result
from peer_visits.kernel.text import Phrase, phrase

phrases = st.builds(
    Phrase,
    st.text(max_size=20),
    st.dictionaries(
        st.text(max_size=5), st.one_of(st.integers(), st.text(), st.just(phrase("Inner.", n=1))), max_size=3
    ),
)
ids = st.uuids()


@given(st.data())
def test_what_is_written_is_read_again(data: st.DataObject) -> None:
    visit = data.draw(ids)
    line = tuple(
        Waiting(
            data.draw(ids), visit, data.draw(ids), 2, position, data.draw(phrases), data.draw(st.booleans())
        )
        for position in range(1, data.draw(st.integers(1, 4)))
    )
    result = Result(
        (Placement(data.draw(ids), visit, data.draw(ids), 1, data.draw(phrases)),),
        {visit: line},
        (Unplaced(data.draw(ids), data.draw(phrases)),),
        data.draw(st.dictionaries(ids, phrases, max_size=3)),
    )
    assert read_result(json.loads(json.dumps(write_result(result)))) == result


def test_a_sentence_keeps_its_values() -> None:
    visit, person, choice = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    reason = phrase("Number %(n)s.", n=3)
    result = Result((), {visit: (Waiting(person, visit, choice, 1, 1, reason),)}, (), {choice: reason})
    assert str(read_result(write_result(result)).reasons[choice]) == "Number 3."

"""A file that is no call is told with the place of every fault, and what is read can be written again."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer_visits.allocation.solving import Faulty, read_instance
from peer_visits.allocation.solving.reading.waiting import read_events, read_placements
from tests.allocation.published import MEDIUM, TINY, call
from tests.allocation.small import small_call


@given(seed=st.integers(0, 10**9))
def test_what_is_written_reads_as_the_same_call(seed: int) -> None:
    instance = read_instance(small_call(seed))
    assert read_instance(instance.to_json()) == instance


@pytest.mark.parametrize("name", [*TINY, *MEDIUM])
def test_published_calls_read_as_the_same_call(name: str) -> None:
    instance = read_instance(call(name))
    assert read_instance(instance.to_json()) == instance


@given(seed=st.integers(0, 10**9))
def test_shuffled_rows_are_the_same_input(seed: int) -> None:
    data = small_call(seed)
    shuffled = copy.deepcopy(data)
    for part in ("visits", "applicants", "applications", "rules"):
        random.Random(seed).shuffle(shuffled[part])
    one, other = read_instance(data), read_instance(shuffled)
    assert one.digest() == other.digest()
    assert one.canonical() == other.canonical()


Change = Callable[[Any], Any]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda d: d.update(schema="other"), "schema: peer-visits/allocation/1 is expected, not 'other'"),
        (lambda d: d.pop("visits"), "visits: is missing"),
        (lambda d: d.update(visits={}), "visits: a list is expected here"),
        (lambda d: d["visits"].append(3), "visits[2]: an object is expected here"),
        (lambda d: d["visits"][0].update(capacity=-1), "visits[0].capacity: -1 is not between 0 and 1000000"),
        (
            lambda d: d["visits"][0].update(capacity=True),
            "visits[0].capacity: a whole number is expected, not True",
        ),
        (lambda d: d["visits"][1].update(id="V1"), "visits[1]: V1 is there twice"),
        (lambda d: d["applicants"][0].pop("id"), "applicants[0].id: is missing"),
        (
            lambda d: d["applicants"][0].update(country=4),
            "applicants[0].country: a text or null is expected, not 4",
        ),
        (
            lambda d: d["applicants"][0].update(newcomer="yes"),
            "applicants[0].newcomer: true, false or null is expected, not 'yes'",
        ),
        (
            lambda d: d["applications"][0].update(score=101),
            "applications[0].score: 101 is not between 0 and 100",
        ),
        (
            lambda d: d["applications"][0].update(score=7.5),
            "applications[0].score: a whole number is expected, not 7.5",
        ),
        (lambda d: d["applications"][0].update(rank=0), "applications[0].rank: 0 is not between 1 and 1000"),
        (lambda d: d["applications"][0].pop("rank"), "applications[0].rank: is missing"),
        (
            lambda d: d["applications"][0].update(applicant="A8"),
            "applications[0].applicant: 'A8' is no applicant of this call",
        ),
        (
            lambda d: d["applications"].append(d["applications"][0]),
            "applications[4]: A1 for V1 is there twice",
        ),
        (
            lambda d: d["applications"][0].update(eligible="no"),
            "applications[0].eligible: true or false is expected, not 'no'",
        ),
        (lambda d: d.update(objective=[]), "objective: at least one level is needed"),
        (lambda d: d.update(objective=["scores"]), "objective[0]: 'scores' is no level; is score meant?"),
        (lambda d: d.update(objective=["soft", "soft"]), "objective[1]: soft is there twice"),
        (
            lambda d: d.update(clashes=[["V1", "V7"]]),
            "clashes[0][1]: 'V7' is no visit of this call",
        ),
        (lambda d: d.update(clashs=[]), "clashs: is not known; is clashes meant?"),
        (lambda d: d.update(pinned=[{"applicant": "A1"}]), "pinned[0].visit: None is no visit of this call"),
        (lambda d: d.update(seed=5), "seed: a text is expected, not 5"),
        (
            lambda d: d.update(rules=[{"id": "r", "kind": "maximum"}]),
            "rules[0].kind: 'maximum' is no kind of rule; is max meant?",
        ),
        (lambda d: d.update(rules=[rule(where={"town": []})]), "rules[0].where.town: 'town' is no attribute"),
        (
            lambda d: d.update(rules=[rule(where={"newcomer": [1]})]),
            "rules[0].where.newcomer[0]: 1 is no value of newcomer",
        ),
        (
            lambda d: d.update(rules=[rule(bund=1)]),
            "rules[0].bund: does not belong to a rule of kind max; is bound meant?",
        ),
        (
            lambda d: d.update(rules=[rule(visits=["V9"])]),
            "rules[0].visits[0]: 'V9' is no visit of this call",
        ),
        (
            lambda d: d.update(rules=[rule(id="capacity")]),
            "rules[0].id: capacity is the name of a rule that every call has",
        ),
        (lambda d: d.update(rules=[rule(), rule()]), "rules[1]: r is there twice"),
    ],
)
def test_every_fault_is_told_with_its_place(change: Change, fault: str) -> None:
    data = copy.deepcopy(call("t2-score-beats-rank"))
    change(data)
    with pytest.raises(Faulty) as faulty:
        read_instance(data)
    assert fault in faulty.value.faults


def rule(**parts: Any) -> dict[str, Any]:
    return {"id": "r", "kind": "max", "hard": True, "visits": "*", "where": {}, "bound": 1} | parts


def test_all_faults_are_told_at_once() -> None:
    data = copy.deepcopy(call("t2-score-beats-rank"))
    data["visits"][0]["capacity"] = "many"
    data["applications"][0]["score"] = -1
    with pytest.raises(Faulty) as faulty:
        read_instance(data)
    assert len(faulty.value.faults) == 2


@pytest.mark.parametrize("data", [None, [], 3, "call", {}, {"schema": "peer-visits/allocation/1"}])
def test_what_is_no_call_at_all_is_told_too(data: Any) -> None:
    with pytest.raises(Faulty):
        read_instance(data)


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=3), st.lists, max_leaves=4),
    st.data(),
)
def test_no_damage_to_a_file_is_more_than_faulty(junk: Any, draw: st.DataObject) -> None:
    data = copy.deepcopy(call("t8-gender-share"))
    part = draw.draw(st.sampled_from(sorted(data)))
    inner = draw.draw(st.booleans())
    if inner and isinstance(data[part], list) and isinstance(data[part][0], dict):
        data[part][0][draw.draw(st.sampled_from(sorted(data[part][0])))] = junk
    else:
        data[part] = junk
    with suppress(Faulty):
        assert read_instance(data).visits is not None


def test_events_and_placements_are_judged_too() -> None:
    data = copy.deepcopy(call("w1-waiting-list"))
    instance = read_instance(data)
    data["events"][0]["type"] = "declined"
    data["events"][1]["visit"] = "V2"
    data["placements"].append(["A9", "V1"])
    with pytest.raises(Faulty, match=r"events\[0\].type: 'declined' is no kind of event; is decline meant"):
        read_events(instance, data)
    with pytest.raises(Faulty, match=r"placements\[3\]: \['A9', 'V1'\] is no eligible application"):
        read_placements(instance, data)

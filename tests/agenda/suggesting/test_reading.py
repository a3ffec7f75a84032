"""Every fault of a file is told with its place."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from peer_visits.agenda.suggesting import Faulty, read_instance
from tests.agenda.published import AGENDAS, agenda

DAY = {"id": "D1", "open": "09:00", "close": "12:00"}
TALK = {"id": "talk", "minutes": 60}


def faults(**changes: Any) -> list[str]:
    call = {"schema": "peer-visits/schedule/1", "days": [DAY], "sessions": [TALK]} | changes
    with pytest.raises(Faulty) as caught:
        read_instance(call)
    return caught.value.faults


@pytest.mark.parametrize("name", AGENDAS)
def test_published_agendas_are_read_and_written_the_same(name: str) -> None:
    instance = read_instance(agenda(name))
    assert read_instance(instance.to_json()) == instance
    assert instance.digest() == read_instance(copy.deepcopy(agenda(name)) | {"name": "other"}).digest()


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"schema": "x"}, "schema: peer-visits/schedule/1 is expected, not 'x'"),
        ({"slot_minutes": 7}, "slot_minutes: 7 does not divide a day"),
        ({"days": [DAY | {"open": "9"}]}, "days[0].open: a time such as 09:30 is expected, not '9'"),
        (
            {"days": [DAY | {"close": "24:30"}]},
            "days[0].close: a time such as 09:30 is expected, not '24:30'",
        ),
        ({"days": [DAY | {"close": "08:00"}]}, "days[0].close: lies before open"),
        ({"days": [DAY, DAY]}, "days[1]: D1 is there twice"),
        ({"days": {}}, "days: a list is expected here"),
        ({"sessions": [TALK, TALK]}, "sessions[1]: talk is there twice"),
        ({"sessions": [TALK | {"minutes": 0}]}, "sessions[0].minutes: 0 is not between 1 and 1440"),
        ({"sessions": [TALK | {"people": ["P"]}]}, "sessions[0].people[0]: 'P' is no person"),
        (
            {"sessions": [TALK | {"days": ["D2"]}]},
            "sessions[0].days[0]: 'D2' is no day of this agenda",
        ),
        ({"sessions": [TALK | {"required": 1}]}, "sessions[0].required: true or false is expected, not 1"),
        (
            {"sessions": [TALK | {"fixed": {"day": "D1", "at": "09:05"}}]},
            "sessions[0].fixed.at: does not lie on a slot of 15 minutes",
        ),
        (
            {"precedence": [{"before": "talk", "after": "tolk"}]},
            "precedence[0].after: 'tolk' is no session of this agenda; is talk meant?",
        ),
        ({"together": [["talk", "talk"]]}, "together[0][1]: talk is there twice"),
        ({"objective": ["spam"]}, "objective[0]: 'spam' is no level; is span meant?"),
        ({"objective": []}, "objective: at least one level is needed"),
        ({"comfort": ["09:00"]}, "comfort: two times are expected here"),
        ({"sessions": ["talk"]}, "sessions[0]: an object is expected here"),
    ],
)
def test_a_fault_is_told_with_its_place(changes: dict[str, Any], fault: str) -> None:
    assert fault in faults(**changes)


def test_a_file_that_is_no_object_is_told() -> None:
    with pytest.raises(Faulty, match="the file: an object is expected here"):
        read_instance([1])

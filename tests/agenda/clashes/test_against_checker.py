"""Every clash rule by hand, and all of them against an independent checker."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from peer_visits.agenda.clashes import find_clashes
from peer_visits.agenda.clashes.values import Clash, ClashKind, Frame, Slot, Speaking
from tests.agenda.clashes.checker import check

ZONE = "Europe/Amsterdam"
NINE = datetime(2026, 9, 14, 7, 0, tzinfo=UTC)  # nine in Amsterdam
DAYS = {"zone": ZONE, "first_day": date(2026, 9, 14), "last_day": date(2026, 9, 16)}
SPEAKERS = [
    Speaking(uuid.UUID(int=1), "Ada"),
    Speaking(
        uuid.UUID(int=2),
        "Bo",
        [(NINE, NINE + timedelta(hours=2)), (NINE + timedelta(hours=4), NINE + timedelta(hours=6))],
    ),
    Speaking(uuid.UUID(int=3), "Cyd", has_declined=True),
]


def frame(**values: Any) -> Frame:
    return Frame(**{**DAYS, "is_online": False, "is_onsite": True, "people": 20, **values})


def slot(start: int = 0, length: int = 60, **values: Any) -> Slot:
    """A session so many minutes after nine."""
    starts_at = NINE + timedelta(minutes=start)
    return Slot(
        values.pop("id", uuid.uuid4()), "Talk", starts_at, starts_at + timedelta(minutes=length), **values
    )


def kinds(slots: list[Slot], of: Frame | None = None) -> list[str]:
    return [clash.kind.value for clash in find_clashes(slots, of or frame())]


def test_a_speaker_who_said_when_is_held_to_it() -> None:
    bo = (SPEAKERS[1],)
    assert kinds([slot(0, 120, speakers=bo)]) == []
    assert kinds([slot(240, 60, speakers=bo)]) == []
    assert kinds([slot(90, 60, speakers=bo)]) == ["unavailable"]
    [clash] = find_clashes([slot(speakers=(SPEAKERS[2],))], frame())
    assert "does not come" in str(clash.reason)


def test_the_same_speaker_in_the_same_room_twice_is_two_things_to_mend() -> None:
    both = [slot(room="Hall", speakers=SPEAKERS[:1]), slot(30, room="hall", speakers=SPEAKERS[:1])]
    assert kinds(both) == ["speaker", "room"]


@pytest.mark.parametrize(("gap", "found"), [(0, ["travel"]), (44, ["travel"]), (45, []), (300, [])])
def test_the_way_between_two_places_takes_its_time(gap: int, found: list[str]) -> None:
    ways = frame(travel={frozenset(("Quay", "Mill")): 45})
    sessions = [slot(room="A", place="Quay"), slot(60 + gap, room="B", place="Mill")]
    assert kinds(sessions, ways) == found
    assert kinds([sessions[0], slot(60, room="C", place="Quay")], ways) == []


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"room": "Hall", "room_capacity": 20}, []),
        ({"room": "Hall", "room_capacity": 19}, ["capacity"]),
        ({"room": "Hall", "room_capacity": 19, "capacity": 10}, ["capacity"]),
        ({"capacity": 19}, ["capacity"]),
        ({"capacity": 20}, []),
    ],
)
def test_everybody_needs_a_seat(values: dict[str, Any], found: list[str]) -> None:
    assert kinds([slot(**values)]) == found


def test_groups_side_by_side_share_the_people() -> None:
    groups = [slot(room=f"R{n}", room_capacity=6, capacity=5) for n in range(4)]
    assert kinds(groups) == []


def test_hours_are_shown_as_a_share_of_the_participants() -> None:
    far = frame(is_onsite=False, zones={"Europe/Amsterdam": 15, "America/New_York": 5})
    [clash] = find_clashes([slot()], far)
    assert clash.kind is ClashKind.UNSOCIAL
    assert clash.is_notice
    assert "5 of 20 participants (25 %)" in str(clash.reason)
    assert str(clash.remedy) == "Between 14:00 and 20:00 it suits everybody."
    assert kinds([slot(5 * 60)], far) == []
    assert kinds([slot()], frame(zones={"America/New_York": 5})) == [], "on site people are there"


def test_the_clock_that_changes_during_a_session_is_told() -> None:
    night = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)  # half past one; at three the clock goes back
    one = Slot(uuid.uuid4(), "Night", night, night + timedelta(hours=2))
    assert "clock_change" in kinds([one], frame(first_day=None, last_day=None))


def test_participants_whose_clock_changes_on_another_day_are_told() -> None:
    # In New York the clock changes a week after it does in Amsterdam.
    first, second = datetime(2026, 10, 23, 14, 0, tzinfo=UTC), datetime(2026, 10, 26, 15, 0, tzinfo=UTC)
    sessions = [Slot(uuid.uuid4(), "Talk", at, at + timedelta(hours=1)) for at in (first, second)]
    of = frame(first_day=None, last_day=None, is_onsite=False, zones={"America/New_York": 3})
    assert kinds(sessions, of) == ["clocks_apart"]
    assert kinds(sessions, frame(first_day=None, last_day=None, is_onsite=False, zones={ZONE: 3})) == []


def test_every_clash_says_what_to_do() -> None:
    sessions = [
        slot(0, 180, speakers=SPEAKERS, room="A", place="Quay", room_capacity=2),
        slot(30, 60, speakers=SPEAKERS, room="A", place="Quay", capacity=1),
        slot(185, 60, place="Mill", room="B", capacity=2),
        slot(15 * 60 - 30, 60),
        slot(-24 * 60),
    ]
    of = frame(is_online=True, is_onsite=False, zones={"Asia/Tokyo": 4, ZONE: 1})
    found = find_clashes(sessions, of)
    assert {clash.kind for clash in found} >= set(ClashKind) - {
        ClashKind.AT_ONCE,
        ClashKind.CLOCK_CHANGE,
        ClashKind.CLOCKS_APART,
    }
    for clash in found:
        assert str(clash.reason)
        assert str(clash.brief)
        assert str(clash.remedy), clash.kind


SLOTS = st.lists(
    st.builds(
        slot,
        st.integers(-4, 200).map(lambda n: n * 20),
        st.sampled_from([1, 20, 45, 60, 90, 130, 600, 1440]),
        room=st.sampled_from(["", "A", "a", "B"]),
        place=st.sampled_from(["", "Quay", "Mill"]),
        room_capacity=st.sampled_from([None, 5, 30]),
        speakers=st.lists(st.sampled_from(SPEAKERS), unique_by=lambda one: one.id, max_size=2),
        is_break=st.booleans(),
        capacity=st.sampled_from([None, None, 10, 25]),
    ),
    max_size=7,
)
FRAMES = st.builds(
    frame,
    is_online=st.booleans(),
    is_onsite=st.booleans(),
    zone=st.sampled_from([ZONE, "Asia/Kolkata"]),
    zones=st.sampled_from([{}, {ZONE: 3}, {ZONE: 3, "America/New_York": 1}]),
    travel_minutes=st.sampled_from([0, 30]),
    travel=st.sampled_from([{}, {frozenset(("Quay", "Mill")): 45}]),
)


def found_by_rules(slots: list[Slot], of: Frame) -> set[tuple[str, frozenset[uuid.UUID]]]:
    def as_pair(clash: Clash) -> tuple[str, frozenset[uuid.UUID]]:
        return clash.kind.value, frozenset(clash.sessions)

    return {as_pair(one) for one in find_clashes(slots, of) if one.kind is not ClashKind.CLOCKS_APART}


@settings(max_examples=150, deadline=None)
@given(SLOTS, FRAMES)
@example([slot(0, 60, room="A"), slot(0, 60, room="B")], frame(is_online=True))
def test_the_rules_find_what_the_independent_checker_finds(slots: list[Slot], of: Frame) -> None:
    assert found_by_rules(slots, of) == check(slots, of)

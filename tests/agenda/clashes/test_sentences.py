"""What is said of a clash: each rule at its edges, whoever wrote the sessions down first."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer_visits.agenda.clashes import find_clashes
from peer_visits.agenda.clashes.values import Clash, Frame, Slot, Speaking
from peer_visits.kernel.zones import to_utc

ZONE = "Europe/Amsterdam"
FRAME = Frame(ZONE, date(2026, 9, 14), date(2026, 9, 16), is_online=False)
ONLINE = Frame(ZONE, None, None, is_online=True)
NINE = datetime(2026, 9, 14, 7, 0, tzinfo=UTC)


def slot(start: int, length: int, title: str = "One", *, speaker: str = "", **values: object) -> Slot:
    """A session so many minutes after nine, for so many minutes."""
    if speaker:
        values["speakers"] = (Speaking(uuid.uuid5(uuid.NAMESPACE_OID, speaker), speaker),)
    starts_at = NINE + timedelta(minutes=start)
    return Slot(uuid.uuid4(), title, starts_at, starts_at + timedelta(minutes=length), **values)  # type: ignore[arg-type]


def said(slots: list[Slot], frame: Frame = FRAME) -> list[str]:
    return [str(clash.reason) for clash in find_clashes(slots, frame)]


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (
            {"speaker": "Ada", "room": "A"},
            {"speaker": "Ada", "room": "B"},
            "Ada speaks in two sessions at once",
        ),
        (
            {"speaker": "Ada", "room": "Hall"},
            {"speaker": "Bo", "room": "hall"},
            "Hall is taken twice at once",
        ),
        ({"room": "Hall"}, {}, "Two sessions run at once"),
        ({}, {}, "Two sessions run at once"),
    ],
)
def test_sessions_at_once_clash(one: dict[str, str], other: dict[str, str], reason: str) -> None:
    [sentence] = said([slot(0, 60, "One", **one), slot(59, 60, "Other", **other)])
    assert sentence.startswith(reason)
    assert "“One” and “Other”" in sentence


def test_two_rooms_and_two_speakers_may_run_at_once() -> None:
    assert said([slot(0, 60, room="A", speaker="Ada"), slot(0, 60, room="B", speaker="Bo")]) == []


def test_a_session_within_another_clashes_with_it() -> None:
    assert len(said([slot(0, 120), slot(30, 30)])) == 1


def test_touching_sessions_do_not_clash() -> None:
    assert said([slot(0, 60, room="A", speaker="Ada"), slot(60, 60, room="A", speaker="Ada")]) == []


@pytest.mark.parametrize(
    ("wall", "is_outside"),
    [
        (datetime(2026, 9, 13, 23, 59), True),
        (datetime(2026, 9, 14, 0, 0), False),
        (datetime(2026, 9, 16, 23, 59), False),
        (datetime(2026, 9, 17, 0, 0), True),
    ],
)
def test_the_days_of_the_visit_are_days_of_its_own_clock(wall: datetime, is_outside: bool) -> None:
    starts_at = to_utc(wall, ZONE)
    one = Slot(uuid.uuid4(), "Walk", starts_at, starts_at + timedelta(minutes=30))
    assert ("“Walk” lies outside the days of the visit." in said([one])) == is_outside


def test_without_known_days_nothing_lies_outside() -> None:
    assert said([slot(60 * 24 * 400, 60)], Frame(ZONE, None, None, is_online=False)) == []


@pytest.mark.parametrize(
    ("sessions", "words"),
    [
        ([(0, 60), (75, 60)], []),
        ([(0, 90)], []),
        ([(0, 91)], ["90 minutes"]),
        ([(0, 45), (45, 46)], ["90 minutes"]),
        ([(0, 61), (75, 60)], ["two hours"]),
        ([(0, 125)], ["two hours", "90 minutes"]),
    ],
)
def test_people_online_need_breaks(sessions: list[tuple[int, int]], words: list[str]) -> None:
    found = said([slot(*one) for one in sessions], ONLINE)
    assert len(found) == len(words)
    assert all(word in sentence for word, sentence in zip(words, found, strict=True))


def test_a_break_is_no_time_online_and_ends_a_stretch() -> None:
    assert said([slot(0, 60), slot(60, 15, is_break=True), slot(75, 60)], ONLINE) == []


def test_sessions_side_by_side_are_sat_through_once() -> None:
    groups = [slot(60, 30, room="A", speaker="Ada"), slot(60, 30, room="B", speaker="Bo")]
    assert said([slot(0, 60, room="A"), *groups], ONLINE) == []


def test_a_session_within_another_does_not_end_the_stretch() -> None:
    slots = [slot(0, 80, room="A"), slot(10, 10, room="B"), slot(80, 30, room="A")]
    assert ["90 minutes" in one for one in said(slots, ONLINE)] == [True]


def test_each_day_online_is_its_own() -> None:
    assert said([slot(0, 80), slot(60 * 24, 80)], ONLINE) == []


def test_a_session_across_midnight_clashes_with_the_next_morning() -> None:
    night = slot(14 * 60, 10 * 60, "Night")
    assert said([night]) == ["“Night” runs past midnight."]
    assert len(said([night, slot(23 * 60 + 30, 30, "Morning")])) == 2


SLOTS = st.builds(
    slot,
    st.integers(0, 40).map(lambda n: n * 15),
    st.integers(1, 8).map(lambda n: n * 15),
    st.sampled_from(["One", "Other"]),
    room=st.sampled_from(["", "A", "B"]),
    speaker=st.sampled_from(["", "Ada", "Bo"]),
    is_break=st.booleans(),
)


@given(st.lists(SLOTS, max_size=6), st.randoms(use_true_random=False), st.booleans())
def test_the_order_in_which_sessions_were_written_does_not_matter(
    slots: list[Slot], random: object, is_online: bool
) -> None:
    shuffled = list(slots)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    frame = Frame(ZONE, FRAME.first_day, FRAME.last_day, is_online)
    found: list[Clash] = find_clashes(slots, frame)
    assert find_clashes(shuffled, frame) == found

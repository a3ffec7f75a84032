"""What a release keeps, what changes between two, and where sessions stand on the board."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from peer_visits.agenda.board import DAY, MOST_LANES, make_board
from peer_visits.agenda.clashes.values import Clash
from peer_visits.agenda.models import AgendaRelease, AgendaRoom, AgendaSession, AgendaSpeaker
from peer_visits.agenda.releases import changes_between, content_mark, release_content, released_items
from peer_visits.agenda.states import SessionKind
from peer_visits.kernel.text import phrase

ZONE = "Europe/Amsterdam"
NINE = datetime(2026, 9, 14, 7, 0, tzinfo=UTC)
LINK = "https://meet.example.org/secret-room"


def session(number: int = 1, start: int = 0, length: int = 60, **values: Any) -> AgendaSession:
    """A session so many minutes after nine, for so many minutes."""
    starts_at = NINE + timedelta(minutes=start)
    fields: dict[str, Any] = {"title": f"Session {number}", "text": "", "online_link": LINK, "sequence": 0}
    room, speaker = values.pop("room", ""), values.pop("speaker", "")
    fields["room"] = AgendaRoom(name=room, place="") if room else None
    fields["speakers"] = (
        [AgendaSpeaker(id=uuid.uuid5(uuid.NAMESPACE_OID, speaker), name=speaker)] if speaker else []
    )
    return AgendaSession(
        id=uuid.UUID(int=number),
        kind=SessionKind.WELCOME,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=length),
        **{**fields, **values},
    )


def release(*sessions: AgendaSession) -> AgendaRelease:
    """A release as it comes back from the database."""
    return AgendaRelease(number=1, content=json.loads(json.dumps(release_content(sessions))))


def changes(before: AgendaRelease | None, *sessions: AgendaSession) -> list[tuple[str, str]]:
    return [
        (one.change.value, one.item["title"]) for one in changes_between(before, release_content(sessions))
    ]


def test_a_release_keeps_the_moments_and_not_the_link() -> None:
    kept = release(session(room="Quay 3"))
    assert LINK not in json.dumps(kept.content)
    [item] = released_items(kept)
    assert (item["starts_at"], item["ends_at"]) == (NINE, NINE + timedelta(hours=1))
    assert (item["title"], item["room"], item["kind"]) == ("Session 1", "Quay 3", "welcome")


def test_the_first_release_adds_everything() -> None:
    assert changes(None, session(1), session(2)) == [("added", "Session 1"), ("added", "Session 2")]


def test_the_same_again_changes_nothing() -> None:
    assert changes(release(session(1), session(2)), session(1), session(2)) == []


@pytest.mark.parametrize(
    ("now", "change"),
    [
        ({"start": 15}, "moved"),
        ({"length": 45}, "moved"),
        ({"start": 15, "room": "Quay 3"}, "moved"),
        ({"room": "Quay 3"}, "changed"),
        ({"text": "Bring shoes."}, "changed"),
        ({"speaker": "Ada"}, "changed"),
        ({"online_link": f"{LINK}-2"}, "changed"),
        ({"online_link": ""}, "changed"),
    ],
)
def test_each_change_is_named(now: dict[str, Any], change: str) -> None:
    assert changes(release(session()), session(**now)) == [(change, "Session 1")]


def test_what_is_gone_comes_last() -> None:
    assert changes(release(session(1), session(2)), session(2, room="A"), session(3)) == [
        ("changed", "Session 2"),
        ("added", "Session 3"),
        ("removed", "Session 1"),
    ]


def test_the_mark_tells_one_content_from_another() -> None:
    marks = {
        content_mark(release_content(one))
        for one in ([], [session()], [session(room="A")], [session(online_link="")])
    }
    assert len(marks) == 4
    assert content_mark(release_content([session()])) == content_mark(release(session()).content)


def items(*sessions: AgendaSession) -> list[dict[str, Any]]:
    return [{"id": one.id, "starts_at": one.starts_at, "ends_at": one.ends_at} for one in sessions]


def test_an_empty_board_has_no_day() -> None:
    assert make_board([], ZONE).days == []


def test_sessions_stand_by_the_clock_of_the_visit() -> None:
    board = make_board(items(session(1, 0, 60), session(2, 75, 20), session(3, 24 * 60, 60)), ZONE)
    assert [day.date for day in board.days] == [date(2026, 9, 14), date(2026, 9, 15)]
    assert [(one.at, one.quarters) for one in board.days[0].sessions] == [(0, 4), (5, 1)]
    assert board.times[:3] == [(0, "09:00"), (2, "09:30"), (4, "10:00")]
    assert (board.length, board.is_long) == (8, False)


def test_a_minute_still_has_a_place_and_a_whole_day_stays_on_the_board() -> None:
    board = make_board(items(session(1, -9 * 60, 1), session(2, 0, 1440)), ZONE)
    [day] = board.days
    assert [(one.at, one.at + one.quarters) for one in day.sessions] == [(0, 1), (36, DAY)]
    assert (board.length, board.is_long) == (DAY, True)
    assert board.times[-1] == (92, "23:00")


def test_a_session_at_midnight_begins_its_own_day() -> None:
    board = make_board(items(session(1, 14 * 60, 120), session(2, 15 * 60, 30)), ZONE)
    assert [[one.at for one in day.sessions] for day in board.days] == [[92], [0]]


def lanes(*sessions: AgendaSession) -> list[tuple[int, bool]]:
    [day] = make_board(items(*sessions), ZONE).days
    return [(one.lane, one.is_alone) for one in day.sessions]


def test_sessions_at_once_stand_side_by_side() -> None:
    assert lanes(session(1, 0, 60), session(2, 30, 60), session(3, 60, 30), session(4, 120, 30)) == [
        (0, False),
        (1, False),
        (0, False),
        (0, True),
    ]


def test_sessions_that_touch_between_quarters_stay_one_below_the_other() -> None:
    assert lanes(session(1, 0, 20), session(2, 20, 25), session(3, 45, 10)) == [(0, True)] * 3


def test_no_more_lanes_than_the_board_can_draw() -> None:
    board = make_board(items(*(session(number, 0, 60) for number in range(1, 10))), ZONE)
    assert board.days[0].lanes == MOST_LANES


def test_a_clash_stands_at_its_sessions_and_a_tiring_day_below_the_day() -> None:
    one, other, third = (session(number) for number in (1, 2, 3))
    clash = Clash((one.id, other.id), phrase("At once."), phrase("At once"))
    tiring = Clash((one.id,), phrase("Too long."), phrase("Too long"), date(2026, 9, 14))
    [day] = make_board(items(one, other, third), ZONE, [clash, tiring]).days
    assert [list(placed.clashes) for placed in day.sessions] == [[clash], [clash], []]
    assert list(day.clashes) == [tiring]

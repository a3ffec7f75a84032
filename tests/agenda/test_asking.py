"""A board as a question about times, and the answer as moves: checked by the rules of the board itself."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from peer_visits.agenda.asking import Hours, Part, make_instance, moves_of
from peer_visits.agenda.clashes import find_clashes
from peer_visits.agenda.clashes.values import Clash, Frame, Slot, Speaking
from peer_visits.agenda.moves import Move, Stand
from peer_visits.agenda.states import SessionKind
from peer_visits.agenda.suggesting import Answer, read_instance, suggest
from peer_visits.kernel.zones import to_utc

ROME = "Europe/Rome"
MONDAY = date(2026, 9, 14)
DAYS = [MONDAY + timedelta(days=number) for number in range(3)]
HOURS = Hours(DAYS, 9 * 60, 18 * 60)
ONSITE = Frame(ROME, DAYS[0], DAYS[-1], is_online=False, is_onsite=True, people=20)
ONLINE = Frame(
    ROME,
    DAYS[0],
    DAYS[-1],
    is_online=True,
    people=20,
    zones={ROME: 10, "Europe/Lisbon": 6, "Europe/Athens": 4},
)


def part(title: str, minutes: int = 60, wall: str = "", **more: object) -> Part:
    stand = Stand(datetime.fromisoformat(wall) if wall else None, minutes)
    values = {"kind": SessionKind.EXPERT_INPUT} | more
    return Part(uuid.uuid5(uuid.NAMESPACE_OID, title), title, stand=stand, **values)  # type: ignore[arg-type]


def answered(parts: Sequence[Part], frame: Frame, hours: Hours = HOURS) -> tuple[list[Move], Answer]:
    instance = make_instance(parts, frame, hours)
    assert read_instance(instance.to_json()) == instance
    answer = suggest(instance, seconds=30)
    return moves_of(answer.plan, parts, instance), answer


def clashes_after(parts: Sequence[Part], moves: Sequence[Move], frame: Frame) -> list[Clash]:
    """What the board's own rules say of it."""
    stands = {one.id: one.stand for one in parts} | {move.session: move.to for move in moves}
    slots = []
    for one in parts:
        stand = stands[one.id]
        if stand.wall:
            start = to_utc(stand.wall, frame.zone)
            end = start + timedelta(minutes=stand.minutes)
            is_break = one.kind is SessionKind.BREAK
            slots.append(
                Slot(one.id, one.title, start, end, one.room, one.place, None, one.speakers, is_break)
            )
    return [clash for clash in find_clashes(slots, frame) if not clash.is_notice]


def test_sessions_find_times_without_a_clash_beside_what_stands() -> None:
    anna = Speaking(
        uuid.uuid4(),
        "Anna",
        [
            (datetime(2026, 9, 15, 12, tzinfo=UTC), datetime(2026, 9, 15, 14, tzinfo=UTC))
        ],  # 14:00 to 16:00 in Rome
    )
    parts = [
        part("Plan", kind=SessionKind.TRANSFER_PLANNING),
        part("Welcome", 30, kind=SessionKind.WELCOME),
        part("Anna speaks", 90, speakers=[anna], room="Hall", place="Hall"),
        part("Harbour", 120, kind=SessionKind.SITE_VISIT, room="Quay", place="Harbour"),
        part("Lunch", 60, "2026-09-15T13:00", kind=SessionKind.BREAK),
    ]
    moves, answer = answered(parts, ONSITE)
    assert answer.status == "optimal"
    assert answer.levels["dropped"] == 0
    assert clashes_after(parts, moves, ONSITE) == []
    stands = {move.session: move.to for move in moves}
    assert set(stands) == {one.id for one in parts[:4]}
    walls = {one.title: stands[one.id].wall for one in parts[:4]}
    assert walls["Anna speaks"] in {
        datetime(2026, 9, 15, 14),
        datetime(2026, 9, 15, 14, 15),
        datetime(2026, 9, 15, 14, 30),
    }
    others = [wall for title, wall in walls.items() if title != "Welcome"]
    assert all(walls["Welcome"] < wall for wall in others if walls["Welcome"] and wall)
    assert moves == sorted(moves, key=lambda move: str(move.to.wall))
    assert all(move.seen == Stand(None, move.to.minutes) for move in moves)


def test_online_nobody_sits_longer_than_may_be_and_breaks_do_not_count() -> None:
    parts = [
        *(part(f"Talk {n}", 45) for n in range(6)),
        part("Coffee", 15, kind=SessionKind.BREAK),
    ]
    moves, answer = answered(parts, ONLINE)
    assert answer.levels["dropped"] == 0
    assert len(moves) == 7
    assert clashes_after(parts, moves, ONLINE) == []


def test_what_finds_no_time_is_left_out_and_the_rest_is_placed() -> None:
    nobody = Speaking(
        uuid.uuid4(), "Nora", [(datetime(2026, 1, 1, 9, tzinfo=UTC), datetime(2026, 1, 1, 12, tzinfo=UTC))]
    )
    parts = [part("Nora speaks", speakers=[nobody]), part("Talk")]
    moves, answer = answered(parts, ONSITE)
    assert [move.session for move in moves] == [parts[1].id]
    assert answer.levels["dropped"] == 1


def test_a_board_with_a_clash_in_it_still_gets_an_answer() -> None:
    parts = [
        part("One", 60, "2026-09-14T09:00", room="Hall"),
        part("Other", 60, "2026-09-14T09:30", room="Hall"),
        part("Odd", 45, "2026-09-14T11:05"),
        part("New", 60, room="Hall"),
    ]
    moves, answer = answered(parts, ONSITE)
    assert answer.status == "optimal"
    [move] = moves
    assert {one.kind for one in clashes_after(parts, moves, ONSITE)} == {
        one.kind for one in clashes_after(parts[:3], [], ONSITE)
    }
    assert move.to.wall is not None


def test_clocks_that_change_during_the_visit_are_right() -> None:
    # On 25 October 2026 the clock in Rome goes back: 14:00 UTC is 16:00 the day before and 15:00 on that day.
    days = [date(2026, 10, 24), date(2026, 10, 25)]
    frame = Frame(ROME, days[0], days[1], is_online=False, is_onsite=True, people=5)
    for day, hour in zip(days, (16, 15), strict=True):
        moment = datetime(day.year, day.month, day.day, 14, tzinfo=UTC)
        late = Speaking(uuid.uuid4(), "Lena", [(moment, moment + timedelta(hours=1))])
        moves, _answer = answered([part("Lena speaks", speakers=[late])], frame, Hours(days, 9 * 60, 18 * 60))
        assert [move.to.wall for move in moves] == [datetime(day.year, day.month, day.day, hour)]


def test_breakouts_for_some_may_run_side_by_side() -> None:
    hours = Hours([MONDAY], 9 * 60, 10 * 60)
    groups = [
        part(name, kind=SessionKind.BREAKOUT, room=name, only_some=True) for name in ("Room A", "Room B")
    ]
    moves, answer = answered(groups, ONSITE, hours)
    assert answer.levels["dropped"] == 0
    assert {move.to.wall for move in moves} == {datetime(2026, 9, 14, 9)}
    alone = [part(one.title, kind=SessionKind.BREAKOUT, room=one.room) for one in groups]
    assert answered(alone, ONSITE, hours)[1].levels["dropped"] == 1


@pytest.mark.parametrize(
    "seed", [*range(6), *(pytest.param(seed, marks=pytest.mark.heavy) for seed in range(6, 40))]
)
@pytest.mark.parametrize("frame", [ONSITE, ONLINE], ids=["onsite", "online"])
def test_random_boards_are_filled_without_a_new_clash(seed: int, frame: Frame) -> None:
    draw = Random(seed)
    speakers = [
        Speaking(
            uuid.UUID(int=draw.getrandbits(128)),
            f"S{n}",
            [
                (at, at + timedelta(hours=draw.randint(2, 8)))
                for day in DAYS
                for at in [datetime(day.year, day.month, day.day, draw.randint(6, 12), tzinfo=UTC)]
            ],
        )
        for n in range(4)
    ]
    parts = [
        part(
            f"P{n}",
            draw.choice([30, 45, 60]),
            f"2026-09-1{draw.randint(4, 6)}T{draw.randint(9, 16):02}:00" if draw.random() < 0.3 else "",
            speakers=draw.sample(speakers, draw.randint(0, 2)),
            room=(room := draw.choice(["", "Hall", "Quay"])),
            place=room,
        )
        for n in range(8)
    ]
    moves, answer = answered(parts, frame)
    assert answer.status == "optimal"
    moved = {move.session for move in moves}
    placed = [one for one in parts if one.stand.wall or one.id in moved]
    new = [
        clash
        for clash in clashes_after(placed, moves, frame)
        if moved & set(clash.sessions) and not clash.day
    ]
    assert new == []

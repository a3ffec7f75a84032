"""Two of a team at one board: every move holds, one of two leads hands over; and a control shows what that is worth."""

from __future__ import annotations

import os
import random
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from flask import Flask
from sqlalchemy import select

from peer_visits.accounts.models import Person
from peer_visits.kernel.errors import Refused
from peer_visits.shortlist.invariants import find_broken
from peer_visits.shortlist.models import Shortlist, ShortlistMove
from peer_visits.shortlist.moves import Move, Order, applied, from_data, is_same, no_order, pile_of
from peer_visits.shortlist.queries.moves import read_order
from peer_visits.shortlist.queries.shortlist import find_shortlist
from peer_visits.shortlist.services import ordering
from peer_visits.shortlist.services.handing_over import hand_over
from peer_visits.shortlist.services.ordering import move_lines
from peer_visits.shortlist.services.state import lock_shortlist
from peer_visits.shortlist.states import Proposal, ShortlistState
from peer_visits.storage.transaction import db, reading, writing
from peer_visits.visits.models import Visit
from peer_visits.visits.states import HostRole
from tests.support.factories import NOW, make_host
from tests.support.shortlist_factories import HostDesk, make_desk

SAMPLE, HEAVY = 25, 1000
ROUNDS = HEAVY if os.environ.get("PEER_VISITS_HEAVY") else SAMPLE
NAMES = [f"Person {number}" for number in range(12)]


@dataclass(frozen=True)
class Board:
    """Ids alone: each thread reads its own records."""

    visit: uuid.UUID
    people: tuple[uuid.UUID, uuid.UUID]
    lines: list[uuid.UUID]


def make_board(*names: str, touched: bool = True) -> Board:
    with writing() as session:
        desk: HostDesk = make_desk(session, *names)
        other = make_host(session, desk.visit, "Lars Lead", HostRole.LEAD)
        if touched:
            session.add(Shortlist(visit_id=desk.visit.id, state=ShortlistState.OPEN, version=0, note=""))
        return Board(desk.visit.id, (desk.lead.id, other.id), list(desk.choices.values()))


def together(app: Flask, *works: Callable[[], object]) -> list[object]:
    """Start all works at the same moment, each on a connection of its own; a refusal is an outcome too."""
    ready = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        with app.app_context():
            ready.wait(10)
            try:
                return work()
            except Refused as refusal:
                return refusal

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def move(board: Board, actor: int, wanted: Move) -> None:
    with writing() as session:
        move_lines(
            session,
            actor=session.get_one(Person, board.people[actor]),
            now=NOW,
            visit=session.get_one(Visit, board.visit),
            wanted=lambda _order: [wanted],
        )


def order_now(board: Board) -> Order:
    db.session.rollback()
    session = reading()
    return read_order(session, session.get_one(Visit, board.visit))


def list_moves(board: Board) -> list[Move]:
    query = select(ShortlistMove.steps).where(ShortlistMove.visit_id == board.visit)
    rows = reading().scalars(query.order_by(ShortlistMove.number))
    return [one for steps in rows for one in from_data(steps)]


def any_move(chance: random.Random, lines: list[uuid.UUID], others: list[uuid.UUID]) -> Move:
    """One of somebody's own lines, beside any line of the board."""
    pile = chance.choice([Proposal.SHORTLISTED, Proposal.RESERVE, Proposal.NOT_PROPOSED, None])
    neighbour = chance.choice([None, *others])
    return Move((chance.choice(lines),), pile, after=neighbour, at=chance.randint(1, 6))


def test_moves_of_the_same_moment_all_hold(app: Flask) -> None:
    board, chance = make_board(*NAMES), random.Random(7)
    halves, last = (board.lines[:6], board.lines[6:]), dict[uuid.UUID, Proposal | None]()
    for _round in range(ROUNDS):
        moves = [any_move(chance, half, board.lines) for half in halves]
        last |= {one.choices[0]: one.to for one in moves}
        outcomes = together(app, *(partial(move, board, actor, one) for actor, one in enumerate(moves)))
        assert outcomes == [None, None]
    order = order_now(board)
    assert {one: pile_of(order, one) for one in last} == last
    assert is_same(applied(no_order(), list_moves(board)), order)
    assert find_broken(reading()) == []


def test_two_first_moves_on_an_untouched_board_both_hold(app: Flask) -> None:
    for _round in range(10):
        board = make_board("Ada", "Bo", touched=False)
        moves = [Move((one,), Proposal.SHORTLISTED) for one in board.lines]
        assert together(app, *(partial(move, board, actor, one) for actor, one in enumerate(moves))) == [
            None,
            None,
        ]
        assert set(order_now(board)[Proposal.SHORTLISTED]) == set(board.lines)


def test_of_two_leads_one_hands_over_and_the_other_is_told_who(app: Flask) -> None:
    for _round in range(10):
        board = make_board("Ada")
        move(board, 0, Move((board.lines[0],), Proposal.SHORTLISTED))

        def send(actor: int, board: Board = board) -> str:
            with writing() as session:
                visit = session.get_one(Visit, board.visit)
                person = session.get_one(Person, board.people[actor])
                hand_over(session, actor=person, now=NOW, visit=visit, version=1, note=person.name)
                return person.name

        outcomes = together(app, partial(send, 0), partial(send, 1))
        [sender] = [one for one in outcomes if isinstance(one, str)]
        [told] = [one for one in outcomes if isinstance(one, Refused)]
        assert f"{sender} has already sent" in str(told.reason)
        db.session.rollback()
        visit = reading().get_one(Visit, board.visit)
        assert find_shortlist(reading(), visit).note == sender


def test_control_two_who_send_whole_orders_lose_a_move(app: Flask) -> None:
    """Control: the same two moves, each worked out on the order somebody saw and written whole."""
    lost = 0
    for _round in range(5):
        board, seen = make_board("Ada", "Bo"), threading.Barrier(2)

        def send_whole(line: uuid.UUID, board: Board = board, seen: threading.Barrier = seen) -> None:
            mine = applied(order_now(board), [Move((line,), Proposal.SHORTLISTED)])
            seen.wait(10)
            with writing() as session:
                lock_shortlist(session, session.get_one(Visit, board.visit))
                ordering._write_order(session, session.get_one(Visit, board.visit), mine)

        together(app, *(partial(send_whole, line) for line in board.lines))
        lost += len(board.lines) - len(order_now(board)[Proposal.SHORTLISTED])
    assert lost == 5

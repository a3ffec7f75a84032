"""Moving choices on the board, taking a move back, and taking a withdrawn application off it.

A move says where lines go relative to others; under the shortlist's lock it is applied to the order as it is then.
So nobody's move waits for, or overwrites, anybody else's.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Choice
from peer_visits.audit.services import record
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.kernel.undoing import is_undone, moved_since
from peer_visits.shortlist.models import Shortlist, ShortlistEntry, ShortlistMove
from peer_visits.shortlist.moves import (
    Move,
    Order,
    Wanted,
    applied,
    as_data,
    from_data,
    inverse,
    is_same,
    limited,
    touched,
)
from peer_visits.shortlist.queries.moves import list_log, read_order
from peer_visits.shortlist.queries.piles import list_choice_ids
from peer_visits.shortlist.services.state import lock_shortlist, step
from peer_visits.shortlist.states import Proposal, ShortlistCommand
from peer_visits.visits.models import Visit

GONE = phrase("This move has been taken back already.")
MOVED_SINCE = phrase(
    "These applicants have been moved again since, so this move cannot be taken back. Move them by hand."
)


def move_lines(
    session: Session, *, actor: Person, now: datetime, visit: Visit, wanted: Wanted
) -> ShortlistMove | None:
    """Make these moves, on the order as it is now. Nothing is noted where nothing changes."""
    shortlist = lock_shortlist(session, visit)
    order = read_order(session, visit)
    asked = wanted(order)
    moves = limited(asked, set(list_choice_ids(session, visit, touched(asked))))
    if touched(asked) and not moves:
        raise Refused(phrase("Choose at least one applicant first."))
    return _make(session, actor, now, visit, shortlist, order, moves)


def undo_move(
    session: Session, *, actor: Person, now: datetime, visit: Visit, number: int
) -> ShortlistMove | None:
    """Take a move back, whoever made it. Refused once somebody has moved the same lines again."""
    shortlist = lock_shortlist(session, visit)
    log = list_log(session, visit, number)
    if not log or log[0].number != number or is_undone(log, number):
        raise Refused(GONE)
    if moved_since(log, number):
        raise Refused(MOVED_SINCE)
    move = session.get_one(ShortlistMove, (visit.id, number))
    back = from_data(move.inverse)
    known = set(list_choice_ids(session, visit, touched(back)))
    order = read_order(session, visit)
    return _make(session, actor, now, visit, shortlist, order, limited(back, known), undoes=number)


def _make(
    session: Session,
    actor: Person,
    now: datetime,
    visit: Visit,
    shortlist: Shortlist,
    order: Order,
    moves: Sequence[Move],
    *,
    undoes: int | None = None,
) -> ShortlistMove | None:
    after = applied(order, moves)
    if is_same(order, after):
        return None
    step(session, shortlist, ShortlistCommand.ORDER, shortlist.version)
    _write_order(session, visit, after)
    made = ShortlistMove(
        visit_id=visit.id,
        number=shortlist.version,
        at=now,
        actor_id=actor.id,
        steps=as_data(moves),
        inverse=as_data(inverse(order, moves)),
        undoes=undoes,
    )
    session.add(made)
    targets = {move.to.value if move.to else "to_decide" for move in moves}
    record(
        session,
        actor=actor,
        now=now,
        action="shortlist.ordered",
        subject=shortlist,
        programme_id=visit.call.programme_id,
        moved=len(touched(moves)),
        to=", ".join(sorted(targets)),
    )
    return made


def _write_order(session: Session, visit: Visit, order: Order) -> None:
    """Write what differs only; entries of withdrawn applications go with it."""
    stored = session.scalars(select(ShortlistEntry).where(ShortlistEntry.visit_id == visit.id))
    entries = {entry.choice_id: entry for entry in stored}
    for pile, ids in order.items():
        for position, choice_id in enumerate(ids, start=1):
            entry = entries.pop(choice_id, None) or _new_entry(session, visit, choice_id)
            entry.proposal = pile
            entry.position = None if pile is Proposal.NOT_PROPOSED else position
    for entry in entries.values():
        session.delete(entry)
    session.flush()


def _new_entry(session: Session, visit: Visit, choice_id: uuid.UUID) -> ShortlistEntry:
    entry = ShortlistEntry(choice_id=choice_id, visit_id=visit.id)
    session.add(entry)
    return entry


def leave_shortlists(session: Session, application_id: uuid.UUID) -> None:
    """Take a withdrawn application's choices off every pile; what was read about them stays on record.

    The boards are a version on, so that whoever has one open sees it.
    """
    of_application = select(Choice.id).where(Choice.application_id == application_id)
    session.execute(delete(ShortlistEntry).where(ShortlistEntry.choice_id.in_(of_application)))
    visits = select(Choice.visit_id).where(Choice.application_id == application_id)
    session.execute(
        update(Shortlist)
        .where(Shortlist.visit_id.in_(visits))
        .values(version=Shortlist.version + 1)
        .execution_options(synchronize_session="fetch")
    )

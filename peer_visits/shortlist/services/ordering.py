"""Putting choices on piles and in order, and taking a withdrawn application off them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Choice
from peer_visits.audit.services import record
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.shortlist.models import Shortlist, ShortlistEntry
from peer_visits.shortlist.queries.board import list_choice_ids
from peer_visits.shortlist.queries.shortlist import list_entries
from peer_visits.shortlist.rules import inserted, stepped
from peer_visits.shortlist.services.state import lock_shortlist, step
from peer_visits.shortlist.states import Proposal, ShortlistCommand
from peer_visits.visits.models import Visit

Order = dict[Proposal, list[uuid.UUID]]


def place_choices(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    visit: Visit,
    version: int,
    choice_ids: Sequence[uuid.UUID],
    proposal: Proposal | None,
    position: int | None = None,
) -> int:
    """Put choices on a pile, at a position or at its end; without a pile they are to decide again."""
    shortlist = _touched(session, visit, version)
    known = list_choice_ids(session, visit, choice_ids)
    if not known:
        raise Refused(phrase("Choose at least one applicant first."))
    order = {pile: [one for one in ids if one not in known] for pile, ids in _order(session, visit).items()}
    if proposal is not None:
        order[proposal] = inserted(order[proposal], known, position)
    _write_order(session, visit, order)
    _record_order(session, actor, now, visit, shortlist, moved=len(known), to=proposal)
    return len(known)


def step_choice(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    visit: Visit,
    version: int,
    choice_id: uuid.UUID,
    by: int,
) -> None:
    """Move one line up (-1) or down (+1) within its pile."""
    shortlist = _touched(session, visit, version)
    order = _order(session, visit)
    pile = next((pile for pile, ids in order.items() if choice_id in ids), None)
    if pile is None or pile is Proposal.NOT_PROPOSED:
        raise Refused(phrase("Only the shortlist and the reserve have an order."))
    order[pile] = stepped(order[pile], choice_id, by)
    _write_order(session, visit, order)
    _record_order(session, actor, now, visit, shortlist, moved=1, to=pile)


def _touched(session: Session, visit: Visit, version: int) -> Shortlist:
    """The shortlist, one version on. Raises Stale if somebody of the team was first."""
    shortlist = lock_shortlist(session, visit)
    step(session, shortlist, ShortlistCommand.ORDER, version)
    return shortlist


def _order(session: Session, visit: Visit) -> Order:
    order: Order = {pile: [] for pile in Proposal}
    for entry in list_entries(session, visit.id):
        order[entry.proposal].append(entry.choice_id)
    return order


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


def _record_order(
    session: Session,
    actor: Person,
    now: datetime,
    visit: Visit,
    shortlist: Shortlist,
    *,
    moved: int,
    to: Proposal | None,
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        action="shortlist.ordered",
        subject=shortlist,
        programme_id=visit.call.programme_id,
        moved=moved,
        to=to or "to_decide",
    )


def leave_shortlists(session: Session, application_id: uuid.UUID) -> None:
    """Take a withdrawn application's choices off every pile; what was read about them stays on record."""
    of_application = select(Choice.id).where(Choice.application_id == application_id)
    session.execute(delete(ShortlistEntry).where(ShortlistEntry.choice_id.in_(of_application)))

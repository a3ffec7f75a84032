"""The visits of a call: added, changed, taken out, put in order."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.calls.models import Call
from peer_visits.calls.states import CallState
from peer_visits.calls.steps import log_call
from peer_visits.editor.rules import make_slug
from peer_visits.editor.steps import check_changeable, check_visits_changeable
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import phrase
from peer_visits.library.services import index_again
from peer_visits.shortlist.models import FormerMember, HostInvitation, Shortlist
from peer_visits.storage.steps import update_one
from peer_visits.visits.models import HostMember, Visit
from peer_visits.visits.queries import list_visits_of_call


def add_visit(session: Session, *, actor: Person, now: datetime, call: Call, **values: Any) -> Visit:
    """A visit at the end of the call, with an empty shortlist for its hosts to fill."""
    check_visits_changeable(call)
    last = session.scalar(select(func.max(Visit.position)).where(Visit.call_id == call.id)) or 0
    year = (values.get("announced_starts_on") or now.date()).year
    visit = Visit(
        id=new_id(),
        call_id=call.id,
        slug=make_slug(f"{values['place']} {year}", set(session.scalars(select(Visit.slug)))),
        position=last + 1,
        **values,
    )
    session.add(visit)
    session.flush()
    session.add(Shortlist(visit_id=visit.id))
    log_call(session, actor, now, call, "visit.added", visit=visit.slug)
    return visit


def change_visit(
    session: Session, *, actor: Person, now: datetime, visit: Visit, version: int, **values: Any
) -> None:
    """Save what is said about a visit. Raises Stale; a public visit may get more places, not fewer."""
    call = session.get_one(Call, visit.call_id)
    if call.state is CallState.ARCHIVED:
        raise Refused(phrase("The call is archived; its visits stay as they were."))
    if call.state is not CallState.DRAFT and values["capacity"] < visit.capacity:
        raise Refused(phrase("The visit is public; it may get more places, not fewer."), field="capacity")
    update_one(session, Visit, Visit.id == visit.id, Visit.version == version, version=version + 1, **values)
    index_again(session, visit.id)
    log_call(session, actor, now, call, "visit.changed", visit=visit.slug)


def take_out_visit(session: Session, *, actor: Person, now: datetime, visit: Visit) -> None:
    """Take a visit out of a draft call, with its host team and whoever was invited into it."""
    call = session.get_one(Call, visit.call_id)
    check_visits_changeable(call)
    log_call(session, actor, now, call, "visit.removed", visit=visit.slug)
    for model in (HostMember, HostInvitation, FormerMember):
        session.execute(delete(model).where(model.visit_id == visit.id))
    shortlist = session.get(Shortlist, visit.id)
    if shortlist:
        session.delete(shortlist)
    session.flush()
    session.delete(visit)


def order_visits(
    session: Session, *, actor: Person, now: datetime, call: Call, order: Sequence[uuid.UUID]
) -> None:
    """The visits in this order. Raises Refused if the call has others by now."""
    check_changeable(call)
    visits = {one.id: one for one in list_visits_of_call(session, call.id)}
    if sorted(order) != sorted(visits):
        raise Refused(phrase("The visits have changed meanwhile. Look at the list again."))
    for offset, visit in enumerate(visits.values()):
        visit.position = 1000 + offset
    session.flush()
    for position, identity in enumerate(order, start=1):
        visits[identity].position = position
    session.flush()
    log_call(session, actor, now, call, "visits.ordered")

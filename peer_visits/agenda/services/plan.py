"""The agenda of a visit as a whole: its lock, the version of its board, hours and ways."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import CLOSES, CLOSES_ONLINE, OPENS, TRAVEL, AgendaPlan
from peer_visits.audit.services import record
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.visits.models import Visit
from peer_visits.visits.states import VisitFormat


def lock_plan(session: Session, visit: Visit) -> AgendaPlan:
    """The visit's plan under its lock; made where nobody has touched it yet."""
    return _locked(session, visit) or _made(session, visit)


def _locked(session: Session, visit: Visit) -> AgendaPlan | None:
    return session.get(AgendaPlan, visit.id, with_for_update=True, populate_existing=True)


def _made(session: Session, visit: Visit) -> AgendaPlan:
    """A new one; where somebody else made it in the same moment, theirs."""
    try:
        with session.begin_nested():
            session.add(new_plan(visit))
    except IntegrityError:
        session.expire_all()
    found = _locked(session, visit)
    assert found is not None  # noqa: S101 - made above, by whomever
    return found


def new_plan(visit: Visit) -> AgendaPlan:
    """The plan of a visit nobody has laid out yet."""
    closes = CLOSES_ONLINE if visit.format is VisitFormat.ONLINE else CLOSES
    return AgendaPlan(
        visit_id=visit.id, version=0, opens=OPENS, closes=closes, travel_minutes=TRAVEL, travel=[]
    )


def find_plan(session: Session, visit: Visit) -> AgendaPlan:
    """The plan as it stands; a new one, not stored, where nobody has touched it yet."""
    return session.scalar(select(AgendaPlan).where(AgendaPlan.visit_id == visit.id)) or new_plan(visit)


def raise_version(session: Session, visit: Visit) -> AgendaPlan:
    """Another version of the board, so that whoever has it open sees the change. Takes the lock."""
    plan = lock_plan(session, visit)
    plan.version += 1
    session.flush()
    return plan


def set_hours(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    visit: Visit,
    opens: int,
    closes: int,
    travel_minutes: int,
    travel: Sequence[Sequence[Any]],
) -> None:
    """Which hours the board shows (minutes after midnight), and how long ways take. Raises Refused."""
    if opens >= closes:
        raise Refused(phrase("The day ends after it begins."), field="closes")
    plan = raise_version(session, visit)
    plan.opens, plan.closes = opens, closes
    plan.travel_minutes, plan.travel = travel_minutes, [list(one) for one in travel]
    record(
        session,
        actor=actor,
        now=now,
        action="agenda.hours_set",
        subject=visit,
        programme_id=visit.call.programme_id,
    )

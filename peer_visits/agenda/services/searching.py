"""Searches for times and groups, asked for of the board as it stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaSearch
from peer_visits.agenda.services.plan import lock_plan
from peer_visits.agenda.states import SearchKind
from peer_visits.audit.services import record
from peer_visits.kernel.text import phrase
from peer_visits.searches.services import Searches
from peer_visits.visits.models import Visit

SEARCHES = Searches(
    AgendaSearch, phrase("The search was interrupted three times. Try again, or do it by hand.")
)
_ACTIONS = {SearchKind.TIMES: "agenda.times_asked", SearchKind.GROUPS: "agenda.groups_asked"}


def ask_search(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    visit: Visit,
    kind: SearchKind,
    asked: dict[str, Any],
) -> None:
    """Have times or groups looked for. One that is under way is dropped: the newest wish counts."""
    version = lock_plan(session, visit).version
    SEARCHES.ask(session, _key(visit, kind), actor=actor, now=now, asked=asked, board_version=version)
    record(
        session,
        actor=actor,
        now=now,
        action=_ACTIONS[kind],
        subject=visit,
        programme_id=visit.call.programme_id,
    )


def forget_search(session: Session, visit: Visit, kind: SearchKind) -> None:
    """What was found has been taken, or is no longer wanted."""
    SEARCHES.forget(session, _key(visit, kind))


def _key(visit: Visit, kind: SearchKind) -> dict[str, Any]:
    return {"visit_id": visit.id, "kind": kind}

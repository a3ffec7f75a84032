"""A group is asked for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.allocation.suggesting.models import SuggestedGroup
from peer_visits.allocation.suggesting.queries import read_question
from peer_visits.audit.services import record
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.searches.services import Searches
from peer_visits.shortlist.queries.moves import read_order
from peer_visits.shortlist.services.state import lock_shortlist, require
from peer_visits.shortlist.states import ShortlistCommand
from peer_visits.visits.models import Visit

SUGGESTED_GROUPS = Searches(
    SuggestedGroup, phrase("The search was interrupted three times. Try again, or do it by hand.")
)


def ask_group(session: Session, *, actor: Person, now: datetime, visit: Visit) -> None:
    """Have a balanced group looked for. One that is under way is dropped. Raises Refused where there can be none."""
    require(lock_shortlist(session, visit), ShortlistCommand.ORDER)
    if not read_question(session, visit, read_order(session, visit)).candidates:
        raise Refused(phrase("Nobody has a score yet."))
    SUGGESTED_GROUPS.ask(session, {"visit_id": visit.id}, actor=actor, now=now)
    record(
        session,
        actor=actor,
        now=now,
        action="shortlist.group_asked",
        subject=visit,
        programme_id=visit.call.programme_id,
    )

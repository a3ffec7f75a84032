"""Showing the names of a blind call to a visit's host team, once for all: its scores are closed by it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.audit.services import record
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.shortlist.identity import is_revealed
from peer_visits.shortlist.models import Shortlist
from peer_visits.shortlist.queries.reading import count_missing
from peer_visits.shortlist.services.state import lock_shortlist, require, step
from peer_visits.shortlist.states import ShortlistCommand
from peer_visits.visits.models import Visit


def reveal_names(
    session: Session, *, actor: Person, now: datetime, visit: Visit, version: int, sure: bool
) -> None:
    """The lead closes the scores and the team sees the names. Raises Refused before the call has closed.

    Readings that are still missing must be given up knowingly: `sure`.
    """
    if not visit.call.blind:
        raise Refused(phrase("Names are not hidden in this call."))
    if now < visit.call.closes_at:
        raise Refused(phrase("The call is still open: applications can come and change until it closes."))
    shortlist = lock_shortlist(session, visit)
    if is_revealed(visit.call, shortlist):
        raise Refused(phrase("The names are shown already."))
    if not sure and count_missing(session, visit):
        raise Refused(
            phrase("Not everything is read yet. Tick the box if you want to close the scores all the same."),
            field="sure",
        )
    step(session, shortlist, ShortlistCommand.REVEAL, version)
    reveal(session, actor=actor, now=now, visit=visit, shortlist=shortlist)


def reveal(session: Session, *, actor: Person, now: datetime, visit: Visit, shortlist: Shortlist) -> None:
    """Note that the team knows the names from now on. Nothing happens where they were never hidden."""
    if not visit.call.blind or is_revealed(visit.call, shortlist):
        return
    shortlist.revealed_at = now
    session.flush()
    record(
        session,
        actor=actor,
        now=now,
        action="shortlist.names_shown",
        subject=shortlist,
        programme_id=visit.call.programme_id,
        missing=count_missing(session, visit),
    )


def may_score(shortlist: Shortlist, visit: Visit) -> bool:
    """Whether scores can still be given for this visit."""
    try:
        require_open_scores(shortlist, visit)
    except Refused:
        return False
    return True


def require_open_scores(shortlist: Shortlist, visit: Visit) -> None:
    """Raises Refused where no score may change any more."""
    require(shortlist, ShortlistCommand.REVIEW)
    if visit.call.blind and is_revealed(visit.call, shortlist):
        raise Refused(phrase("The names are shown, so the scores given without them stay as they are."))

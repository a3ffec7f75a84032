"""Handing a shortlist over to the organiser, and getting it back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.audit.services import record
from peer_visits.calls.models import Call
from peer_visits.calls.queries import list_organisers
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.kernel.text import phrase
from peer_visits.outbox.services import post
from peer_visits.shortlist import messages
from peer_visits.shortlist.models import Shortlist
from peer_visits.shortlist.queries.piles import count_piles
from peer_visits.shortlist.services.revealing import reveal
from peer_visits.shortlist.services.state import lock_shortlist, step
from peer_visits.shortlist.states import ShortlistCommand
from peer_visits.visits.models import Visit
from peer_visits.visits.queries import list_host_team

MOVED_MEANWHILE = phrase(
    "Your team has moved somebody since you opened this page. Look at the group as it is now, then send it."
)


def hand_over(
    session: Session, *, actor: Person, now: datetime, visit: Visit, version: int, note: str
) -> None:
    """Send the shortlist to the organiser; it is locked from now on. Only after the call has closed."""
    if now < visit.call.closes_at:
        raise Refused(phrase("The call is still open: applications can come and change until it closes."))
    if visit.call.decided_at:
        raise Refused(phrase("The call has been decided; its shortlists stay as they are."))
    shortlist = lock_shortlist(session, visit)
    _refuse_the_second(session, shortlist)
    if shortlist.version != version:
        raise Stale(MOVED_MEANWHILE)
    step(
        session,
        shortlist,
        ShortlistCommand.HAND_OVER,
        version,
        handed_over_at=now,
        handed_over_by=actor.id,
        note=note,
    )
    reveal(session, actor=actor, now=now, visit=visit, shortlist=shortlist)
    counts = count_piles(session, visit)
    record(
        session,
        actor=actor,
        now=now,
        action="shortlist.handed_over",
        subject=shortlist,
        programme_id=visit.call.programme_id,
        **counts,
    )
    for organiser in list_organisers(session, visit.call.programme_id):
        post(session, messages.handed_over(shortlist, organiser, visit, actor, counts), now=now)


def _refuse_the_second(session: Session, shortlist: Shortlist) -> None:
    """Of two leads who send at the same moment one does; the other is told who it was."""
    if shortlist.handed_over_by:
        sender = session.get_one(Person, shortlist.handed_over_by)
        raise Refused(
            phrase(
                "%(name)s has already sent the shortlist to the organiser. Yours was not sent a second time.",
                name=sender.name,
            )
        )


def reopen_shortlist(session: Session, *, actor: Person, now: datetime, visit: Visit) -> None:
    """Give the shortlist back to its host team, as long as the call is not decided."""
    if session.get_one(Call, visit.call_id).decided_at:
        raise Refused(phrase("The call has been decided; its shortlists stay as they are."))
    shortlist = lock_shortlist(session, visit)
    step(
        session,
        shortlist,
        ShortlistCommand.REOPEN,
        shortlist.version,
        handed_over_at=None,
        handed_over_by=None,
    )
    record(
        session,
        actor=actor,
        now=now,
        action="shortlist.reopened",
        subject=shortlist,
        programme_id=visit.call.programme_id,
    )
    for member in list_host_team(session, visit.id):
        post(session, messages.reopened(shortlist, member, visit), now=now)

"""The shortlist as a whole: locked, asked for its state, stepped."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peer_visits.applications.models import Choice
from peer_visits.shortlist.models import Review, Shortlist
from peer_visits.shortlist.states import SHORTLIST, ShortlistCommand, ShortlistState
from peer_visits.storage.steps import update_one
from peer_visits.visits.models import Visit


def lock_shortlist(session: Session, visit: Visit) -> Shortlist:
    """The visit's shortlist as it is now, under its lock; made where it was never touched."""
    return _locked(session, visit) or _made(session, visit)


def _locked(session: Session, visit: Visit) -> Shortlist | None:
    return session.get(Shortlist, visit.id, with_for_update=True, populate_existing=True)


def _made(session: Session, visit: Visit) -> Shortlist:
    """A new one; where somebody else made it in the same moment, theirs."""
    try:
        with session.begin_nested():
            session.add(Shortlist(visit_id=visit.id, state=ShortlistState.OPEN, version=0, note=""))
    except IntegrityError:
        session.expire_all()
    found = _locked(session, visit)
    assert found is not None  # noqa: S101 - made above, by whomever
    return found


def require(shortlist: Shortlist, command: ShortlistCommand) -> None:
    """Raises Refused if the command is not possible in this state."""
    SHORTLIST.step(shortlist.state, command)


def step(
    session: Session, shortlist: Shortlist, command: ShortlistCommand, version: int, **values: object
) -> None:
    """Take a step if it is allowed and nobody was first. Raises Refused or Stale."""
    after = SHORTLIST.step(shortlist.state, command)
    update_one(
        session,
        Shortlist,
        Shortlist.visit_id == shortlist.visit_id,
        Shortlist.state == shortlist.state,
        Shortlist.version == version,
        state=after,
        version=version + 1,
        **values,
    )
    session.refresh(shortlist)


def mark_read(session: Session, choice: Choice) -> None:
    """Note whether somebody has read the choice to the end: scored every criterion of it."""
    session.flush()
    is_scored = exists().where(Review.choice_id == choice.id, Review.points.is_not(None))
    choice.is_read = bool(session.scalar(select(is_scored)))

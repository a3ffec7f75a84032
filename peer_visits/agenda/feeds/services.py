"""Making, renewing and revoking the secret address of a calendar."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.feeds.models import CalendarFeed
from peer_visits.audit.services import record
from peer_visits.kernel.ids import digest, new_secret


def renew_feed(session: Session, *, actor: Person, now: datetime) -> str:
    """Give a person a new secret address and end the one before; returns the secret, which is kept nowhere."""
    session.get_one(Person, actor.id, with_for_update=True)  # two windows at once: one after the other
    secret, feed = new_secret(), session.get(CalendarFeed, actor.id)
    if feed is None:
        feed = CalendarFeed(person_id=actor.id)
        session.add(feed)
    feed.digest, feed.made_at = digest(secret), now
    session.flush()
    record(session, actor=actor, now=now, action="account.calendar_renewed", subject=actor)
    return secret


def revoke_feed(session: Session, *, actor: Person, now: datetime) -> None:
    """End the address. Nothing happens where there is none."""
    feed = session.get(CalendarFeed, actor.id)
    if feed is not None:
        session.delete(feed)
        session.flush()
        record(session, actor=actor, now=now, action="account.calendar_revoked", subject=actor)

"""Links sent by mail: good once, for one purpose, until their end. The database keeps only their digest."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import LinkPurpose, MailedLink, Person
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.ids import digest, new_secret
from peer_visits.kernel.text import phrase
from peer_visits.storage.steps import update_if

LIFETIMES = {
    LinkPurpose.VERIFY: timedelta(days=3),
    LinkPurpose.RESET: timedelta(hours=1),
    LinkPurpose.CHANGE_ADDRESS: timedelta(days=1),
    LinkPurpose.SIGN_IN: timedelta(minutes=20),
}


def make_link(
    session: Session, person: Person, purpose: LinkPurpose, *, email: str, now: datetime
) -> MailedSecret:
    """A new link for the person; `email` is the address it proves."""
    secret, ends = new_secret(), now + LIFETIMES[purpose]
    session.add(
        MailedLink(
            digest=digest(secret),
            person_id=person.id,
            purpose=purpose,
            email=email,
            created_at=now,
            expires_at=ends,
        )
    )
    session.flush()
    return MailedSecret(secret, ends)


class MailedSecret:
    """A secret for a mail, and until when it is good."""

    def __init__(self, secret: str, expires_at: datetime) -> None:
        self.secret = secret
        self.expires_at = expires_at


def find_link(session: Session, secret: str, purpose: LinkPurpose, *, now: datetime) -> MailedLink | None:
    """The link if it can still be used. Looking does not use it up: mail scanners look too."""
    return session.scalar(
        select(MailedLink).where(
            MailedLink.digest == digest(secret),
            MailedLink.purpose == purpose,
            MailedLink.used_at.is_(None),
            MailedLink.expires_at > now,
        )
    )


def use_link(session: Session, secret: str, purpose: LinkPurpose, *, now: datetime) -> MailedLink:
    """Use a link up, by one conditional update. Raises Refused if it is used, over, or was never sent."""
    link = find_link(session, secret, purpose, now=now)
    used = update_if(
        session, MailedLink, MailedLink.digest == digest(secret), MailedLink.used_at.is_(None), used_at=now
    )
    if link is None or used != 1:
        raise Refused(phrase("This link has been used or is too old. Ask for a new one."))
    return link


def end_links(session: Session, person: Person, purpose: LinkPurpose, *, now: datetime) -> None:
    """Make earlier links of the same purpose worthless."""
    update_if(
        session,
        MailedLink,
        MailedLink.person_id == person.id,
        MailedLink.purpose == purpose,
        MailedLink.used_at.is_(None),
        used_at=now,
    )

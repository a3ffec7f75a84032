"""What people do with their accounts. Passwords arrive here hashed: hashing is slow and stays outside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts import messages
from peer_visits.accounts.links import end_links, make_link, use_link
from peer_visits.accounts.models import LinkPurpose, Person
from peer_visits.accounts.sessions import end_all_sessions
from peer_visits.audit.services import record
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.parts import in_parts
from peer_visits.kernel.text import phrase
from peer_visits.outbox.gates import find_flag, trust_address
from peer_visits.outbox.services import post
from peer_visits.storage.steps import update_one


def find_person(session: Session, email: str) -> Person | None:
    """The account of a normal address."""
    return session.scalar(select(Person).where(Person.email == email))


def find_people(session: Session, emails: Sequence[str]) -> list[Person]:
    """The accounts of normal addresses, a thousand in each statement."""
    return [
        one
        for part in in_parts(emails, 1000)
        for one in session.scalars(select(Person).where(Person.email.in_(part)))
    ]


def register_person(
    session: Session, *, now: datetime, email: str, name: str, password_hash: str, **profile: Any
) -> None:
    """Make an account and mail its link; for a known address mail that there is one already.

    Either way the caller learns nothing: the answer on the page is the same.
    """
    known = find_person(session, email)
    if known is not None:
        post(session, messages.already_registered(known, now), now=now)
        return
    person = Person(email=email, name=name, password_hash=password_hash, created_at=now, **profile)
    session.add(person)
    session.flush()
    record(session, actor=person, now=now, action="account.registered", subject=person)
    send_verification(session, actor=person, now=now)


def send_verification(session: Session, *, actor: Person, now: datetime) -> None:
    """Mail a fresh link that proves the person's address; earlier ones end."""
    if actor.email_verified_at and find_flag(session, actor.email) is None:
        raise Refused(phrase("Your address is confirmed already."))
    end_links(session, actor, LinkPurpose.VERIFY, now=now)
    link = make_link(session, actor, LinkPurpose.VERIFY, email=actor.email, now=now)
    post(session, messages.verify_address(actor, link), now=now)


def verify_address(session: Session, *, now: datetime, secret: str) -> Person:
    """Use a link up and note that its address is the person's."""
    link = use_link(session, secret, LinkPurpose.VERIFY, now=now)
    person = link.person
    if person.email != link.email:
        raise Refused(phrase("This link belongs to an address you no longer use."))
    person.email_verified_at = now
    trust_address(session, person.email)
    record(session, actor=person, now=now, action="account.verified", subject=person)
    return person


def ask_for_reset(session: Session, *, now: datetime, email: str) -> None:
    """Mail a link to choose a new password, if there is an account; the caller learns nothing."""
    person = find_person(session, email)
    if person is None:
        return
    end_links(session, person, LinkPurpose.RESET, now=now)
    link = make_link(session, person, LinkPurpose.RESET, email=email, now=now)
    post(session, messages.reset_password(person, link), now=now)
    record(session, actor=None, now=now, action="account.reset_asked", subject=person)


def reset_password(session: Session, *, now: datetime, secret: str, password_hash: str) -> Person:
    """Use a link up and set a new password. The link came by mail, so it proves the address too."""
    link = use_link(session, secret, LinkPurpose.RESET, now=now)
    person = link.person
    person.email_verified_at = person.email_verified_at or now
    trust_address(session, link.email)
    _set_password(session, person, now=now, password_hash=password_hash)
    return person


def ask_for_sign_in_link(session: Session, *, now: datetime, email: str, wanted: str) -> None:
    """Mail a link to sign in with, if there is an account; earlier ones end. The caller learns nothing."""
    person = find_person(session, email)
    if person is None:
        return
    end_links(session, person, LinkPurpose.SIGN_IN, now=now)
    link = make_link(session, person, LinkPurpose.SIGN_IN, email=email, now=now)
    post(session, messages.sign_in_link(person, link, wanted), now=now)
    record(session, actor=None, now=now, action="account.link_asked", subject=person)


def sign_in_by_link(session: Session, *, now: datetime, secret: str) -> Person:
    """Use a link up and say whose it is. The link came by mail, so it proves the address too."""
    link = use_link(session, secret, LinkPurpose.SIGN_IN, now=now)
    person = link.person
    if person.email != link.email:
        raise Refused(phrase("This link belongs to an address you no longer use."))
    person.email_verified_at = person.email_verified_at or now
    trust_address(session, link.email)
    record(session, actor=person, now=now, action="account.signed_in_by_link", subject=person)
    return person


def change_password(session: Session, *, actor: Person, now: datetime, password_hash: str) -> None:
    """Set a new password and sign the person out everywhere."""
    _set_password(session, actor, now=now, password_hash=password_hash)


def _set_password(session: Session, person: Person, *, now: datetime, password_hash: str) -> None:
    person.password_hash = password_hash
    end_all_sessions(session, person.id)
    end_links(session, person, LinkPurpose.SIGN_IN, now=now)
    record(session, actor=person, now=now, action="account.password_changed", subject=person)
    post(session, messages.password_changed(person, now), now=now)


def ask_for_new_address(session: Session, *, actor: Person, now: datetime, email: str) -> None:
    """Mail a link to the new address and a notice to the old one. Nothing changes before the link is used."""
    if email == actor.email:
        raise Refused(phrase("This is your address already."), field="email")
    end_links(session, actor, LinkPurpose.CHANGE_ADDRESS, now=now)
    if find_person(session, email) is None:
        link = make_link(session, actor, LinkPurpose.CHANGE_ADDRESS, email=email, now=now)
        post(session, messages.confirm_new_address(actor, link, email), now=now)
    post(session, messages.address_changes(actor, now, email), now=now)
    record(session, actor=actor, now=now, action="account.address_asked", subject=actor)


def confirm_new_address(session: Session, *, now: datetime, secret: str) -> Person:
    """Use a link up and make its address the person's; everyone is signed out."""
    link = use_link(session, secret, LinkPurpose.CHANGE_ADDRESS, now=now)
    person = link.person
    if find_person(session, link.email) is not None:
        raise Refused(phrase("This address belongs to an account already."))
    trust_address(session, person.email, instead=link.email, person_id=person.id)
    person.email, person.email_verified_at = link.email, now
    end_all_sessions(session, person.id)
    record(session, actor=person, now=now, action="account.address_changed", subject=person)
    return person


def change_profile(session: Session, *, actor: Person, now: datetime, version: int, **profile: Any) -> None:
    """Save what a person tells about themselves. Raises Stale if another window saved first."""
    before = {name: str(getattr(actor, name) or "") for name in profile}
    changed = sorted(name for name, value in profile.items() if before[name] != str(value or ""))
    update_one(
        session, Person, Person.id == actor.id, Person.version == version, version=version + 1, **profile
    )
    record(session, actor=actor, now=now, action="account.profile_changed", subject=actor, fields=changed)

"""The mails of accounts. Each is about the person, and unique by the link it carries or the moment it tells of."""

from __future__ import annotations

from datetime import datetime

from peer_visits.accounts.links import MailedSecret
from peer_visits.accounts.models import Person
from peer_visits.kernel.ids import digest
from peer_visits.outbox.services import Mail


def _with_link(
    kind: str, person: Person, link: MailedSecret, address: str | None = None, **data: object
) -> Mail:
    return Mail(
        kind=kind,
        to=person,
        about=person,
        version=digest(link.secret),
        address=address,
        not_after=link.expires_at,
        data={"secret": link.secret, "expires_at": link.expires_at, **data},
    )


def verify_address(person: Person, link: MailedSecret) -> Mail:
    """Please confirm your address."""
    return _with_link("account.verify", person, link)


def reset_password(person: Person, link: MailedSecret) -> Mail:
    """A link to choose a new password."""
    return _with_link("account.reset", person, link)


def sign_in_link(person: Person, link: MailedSecret, wanted: str) -> Mail:
    """A link to sign in with, and the path it leads on to, if any."""
    return _with_link("account.sign_in_link", person, link, wanted=wanted)


def confirm_new_address(person: Person, link: MailedSecret, address: str) -> Mail:
    """To the new address: confirm that it is yours."""
    return _with_link("account.new_address", person, link, address)


def _notice(kind: str, person: Person, now: datetime, **data: object) -> Mail:
    return Mail(kind=kind, to=person, about=person, version=now.isoformat(), data={"at": now, **data})


def already_registered(person: Person, now: datetime) -> Mail:
    """Somebody registered with this address, which has an account."""
    return _notice("account.known", person, now)


def password_changed(person: Person, now: datetime) -> Mail:
    """The password was changed; was it you?"""
    return _notice("account.password_changed", person, now)


def address_changes(person: Person, now: datetime, new_address: str) -> Mail:
    """To the old address: somebody asked to replace it."""
    return _notice("account.address_changes", person, now, new_address=new_address)

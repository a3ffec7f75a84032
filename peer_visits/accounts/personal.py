"""What accounts hold about people."""

from __future__ import annotations

from typing import Any

from peer_visits.accounts.models import ConsentLine, MailedLink, Person, SignInSession
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import phrase
from peer_visits.storage.personal import ERASED, NOWHERE, WITH_ACCOUNT, Field, Holding


def nowhere() -> str:
    """An address that reaches nobody and is like no other."""
    return f"{new_id().hex}{NOWHERE}"


# What is left of an account: where its person came from, for the figures.
_LEFT: dict[str, Any] = {
    "email": nowhere,
    "email_verified_at": None,
    "password_hash": None,
    "name": ERASED,
    "organisation": "",
    "language": "en",
    "time_zone": "UTC",
    "is_administrator": False,
}

HOLDINGS = (
    Holding(
        Person,
        phrase("Your account"),
        lambda whose: Person.id == whose.person_id,
        (
            Field(
                phrase("Name and e-mail address"),
                phrase("To know you again, and to write to you."),
                ("name", "email"),
            ),
            Field(
                phrase("Organisation"),
                phrase("So that hosts know where you come from, and to keep groups mixed."),
                ("organisation",),
            ),
            Field(
                phrase("Country and kind of organisation"),
                phrase("To keep groups mixed, and for figures that name nobody. Both stay as figures."),
                ("country", "organisation_kind"),
            ),
            Field(
                phrase("Language and time zone"),
                phrase("To write to you in your language and show times as your clock does."),
                ("language", "time_zone"),
            ),
            Field(
                phrase("A digest of your password"),
                phrase("To let nobody else in. The password itself is not kept."),
                ("password_hash",),
            ),
            Field(
                phrase("State of the account"),
                phrase("To know since when it is there, that its address is yours, and what it may do."),
                ("created_at", "email_verified_at", "is_administrator", "is_synthetic"),
            ),
        ),
        WITH_ACCOUNT,
        through=("id",),
        leaves=_LEFT,
        stays=frozenset({"country"}),
    ),
    Holding(
        SignInSession,
        phrase("Browsers you are signed in with"),
        lambda whose: SignInSession.person_id == whose.person_id,
        (
            Field(
                phrase("A digest of the browser's secret, since when and until when it is signed in"),
                phrase("To keep you signed in, and to sign you out everywhere."),
                ("digest", "created_at", "expires_at"),
            ),
        ),
        phrase("12 hours, or until you sign out."),
        through=("person_id",),
    ),
    Holding(
        MailedLink,
        phrase("Links that were mailed to you"),
        lambda whose: MailedLink.person_id == whose.person_id,
        (
            Field(
                phrase("What the link is for, its address and a digest of its secret"),
                phrase("To prove that an address is yours."),
                ("email", "purpose", "digest", "created_at", "expires_at", "used_at"),
            ),
        ),
        phrase("A day after the link has ended."),
        through=("person_id",),
    ),
    Holding(
        ConsentLine,
        phrase("What you allowed, and took back"),
        lambda whose: ConsentLine.person_id == whose.person_id,
        (
            Field(
                phrase("The words you were shown, what they are about, and your answer"),
                phrase("To prove that you were asked, and to do only what you allow."),
                ("topic", "about_kind", "words", "language", "is_given", "at"),
            ),
        ),
        WITH_ACCOUNT,
        through=("person_id",),
    ),
)

# Attempts are counted under a digest, for a quarter of an hour.
NOBODY = frozenset({"attempt"})

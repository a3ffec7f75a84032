"""What a password must be, who may apply, and how often may be tried."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from peer_visits.kernel.text import Phrase, phrase

SHORTEST_PASSWORD = 12
# What is tried first everywhere, among passwords that are long enough.
_COMMON = frozenset(
    {
        "123456789012",
        "1234567890123",
        "abcdefghijkl",
        "administrator",
        "changemechangeme",
        "iloveyouiloveyou",
        "letmeinletmein",
        "passwordpassword",
        "password1234",
        "password12345",
        "qwertyuiop12",
        "qwertyuiop123",
        "qwertyqwerty",
        "welcomewelcome",
    }
)

ATTEMPTS_WINDOW = timedelta(minutes=1)
MOST_PER_ACCOUNT = 10
MOST_PER_ADDRESS = 30


class Applicant(Protocol):
    """What the rules need to know of a person."""

    @property
    def name(self) -> str: ...
    @property
    def organisation(self) -> str: ...
    @property
    def organisation_kind(self) -> object: ...
    @property
    def country(self) -> str | None: ...


def password_problem(password: str, email: str) -> Phrase | None:
    """Why a password is not good enough, or nothing."""
    if len(password) < SHORTEST_PASSWORD:
        return phrase("Use at least %(n)s characters; a few words do well.", n=SHORTEST_PASSWORD)
    plain = password.casefold()
    if plain in _COMMON or len(set(plain)) < 4:
        return phrase("This password is among the first that are tried. Choose another.")
    if email and (plain in email or email.split("@", maxsplit=1)[0] == plain):
        return phrase("Choose a password that is not part of your address.")
    return None


def partly_hidden(email: str) -> str:
    """An address its owner knows again, and nobody else learns."""
    name, _at, domain = email.partition("@")
    return f"{name[:1]}…@{domain}"


def missing_in_profile(person: Applicant) -> list[Phrase]:
    """What a person must still tell before applying, in the order of the profile form."""
    parts = (
        (person.name, phrase("your name")),
        (person.organisation, phrase("your organisation")),
        (person.organisation_kind, phrase("the kind of organisation")),
        (person.country, phrase("your country")),
    )
    return [name for value, name in parts if not value]


def is_too_many(attempts: int, most: int) -> bool:
    """Whether one more attempt within the window has to wait."""
    return attempts >= most

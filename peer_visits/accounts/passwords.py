"""Passwords: hashed with argon2, checked with the same work whether or not there is an account."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from peer_visits.kernel.ids import new_secret

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """The argon2id hash at the library's own strength; about 0.2 s of work, so never inside a transaction."""
    return _hasher.hash(password)


def password_matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is right. Without an account the same work is done, and the answer is no."""
    try:
        _hasher.verify(password_hash or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(new_secret())

"""Passwords that tests need not wait for: the product's own strength is seen to once, and cheap everywhere else."""

from __future__ import annotations

from argon2 import PasswordHasher

from peer_visits.accounts import passwords

OWN = passwords._hasher
"""What the product hashes with."""


def hash_cheaply() -> None:
    """From now on this process hashes with next to no work. What it hashed can be checked by any other process."""
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

"""Lottery numbers that anybody can compute again, and the promise that nobody chose them.

A secret is drawn when the call opens and its SHA-256 published; a public value of a later date (a state lottery's
draw, say) is added when the call has closed, and both are revealed. The idea is that of RFC 3797, "Publicly
Verifiable Nominations Committee Random Selection" (D. Eastlake, 2004).
"""

from __future__ import annotations

import hashlib
import hmac

from peer_visits.allocation.solving.instance import Instance, Placement

BITS = 20


def lottery_number(seed: str, applicant: str, visit: str) -> int:
    """The first 20 bits of SHA-256(seed|applicant|visit): 0 to 1,048,575."""
    return int(hashlib.sha256(f"{seed}|{applicant}|{visit}".encode()).hexdigest()[: BITS // 4], 16)


def lottery_numbers(instance: Instance, seed: str | None = None) -> dict[Placement, int]:
    """The number of every application."""
    used = instance.seed if seed is None else seed
    return {wish.key: lottery_number(used, wish.applicant, wish.visit) for wish in instance.applications}


def commitment(secret: str) -> str:
    """What is published before anybody knows the public value."""
    return hashlib.sha256(secret.encode()).hexdigest()


def combined_seed(secret: str, public_value: str) -> str:
    """The seed: the secret, then the public value of a later date."""
    return f"{secret}|{public_value}"


def is_revealed(secret: str, published: str) -> bool:
    """Whether the secret is the one that was promised."""
    return hmac.compare_digest(commitment(secret), published.strip().lower())

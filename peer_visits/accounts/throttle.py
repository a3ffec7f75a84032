"""Counted attempts, by account and by network address, in the database: every process sees the same count."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Attempt
from peer_visits.accounts.rules import ATTEMPTS_WINDOW, MOST_PER_ACCOUNT, MOST_PER_ADDRESS, is_too_many
from peer_visits.kernel.ids import digest


class TooManyAttempts(Exception):
    """Somebody has to wait; never longer than the window, so a stranger cannot lock an owner out."""

    retry_after_seconds = int(ATTEMPTS_WINDOW.total_seconds())


def count_attempt(session: Session, *, purpose: str, email: str, network: str, now: datetime) -> None:
    """Note one attempt. Raises TooManyAttempts when account or network address has had its share."""
    limits = {
        _key(purpose, "account", email): MOST_PER_ACCOUNT,
        _key(purpose, "network", network): MOST_PER_ADDRESS,
    }
    recent = (
        select(Attempt.key, func.count())
        .where(Attempt.key.in_(limits), Attempt.at > now - ATTEMPTS_WINDOW)
        .group_by(Attempt.key)
    )
    counted: dict[str, int] = dict(session.execute(recent).all())
    if any(is_too_many(counted.get(key, 0), most) for key, most in limits.items()):
        raise TooManyAttempts
    session.add_all([Attempt(key=key, at=now) for key in limits])


def _key(purpose: str, what: str, value: str) -> str:
    return digest(f"{purpose}|{what}|{value}")

"""A call's lottery by commit and reveal, as RFC 3797 asks of a draw that anybody can check.

The hash of a secret is published while nobody knows the applications; secret and public value, revealed with the
decision, give every lottery number again.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.allocation.models import LotterySeed
from peer_visits.audit.services import record
from peer_visits.calls.models import Call
from peer_visits.calls.states import CallState
from peer_visits.storage.steps import update_if


def commitment_of(secret: str) -> str:
    """What is published of a secret: its SHA-256 in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def seed_text(secret: str, public_value: str) -> str:
    """What lottery numbers are made from."""
    return f"{secret}|{public_value}"


def find_lottery(session: Session, call_id: uuid.UUID) -> LotterySeed | None:
    """The lottery of a call, once it is committed to."""
    return session.get(LotterySeed, call_id)


def list_uncommitted(session: Session) -> Sequence[uuid.UUID]:
    """Published calls, not yet decided, whose lottery nobody has committed to."""
    return session.scalars(
        select(Call.id)
        .outerjoin(LotterySeed, LotterySeed.call_id == Call.id)
        .where(Call.state == CallState.PUBLISHED, Call.decided_at.is_(None), LotterySeed.call_id.is_(None))
    ).all()


def commit_lottery(session: Session, *, now: datetime, call: Call) -> LotterySeed:
    """Draw the call's secret and publish its hash; a call that has one keeps it."""
    found = find_lottery(session, call.id)
    if found is not None:
        return found
    secret = secrets.token_hex(32)
    seed = LotterySeed(call_id=call.id, secret=secret, commitment=commitment_of(secret), committed_at=now)
    session.add(seed)
    session.flush()
    record(
        session,
        actor=None,
        now=now,
        action="lottery.committed",
        subject=call,
        programme_id=call.programme_id,
        commitment=seed.commitment,
    )
    return seed


def fix_public_value(session: Session, *, actor: Person, now: datetime, call: Call, value: str) -> str:
    """Fix the public part of the seed, once; returns the one that holds from now on.

    Without a value it is the call's closing moment as announced. Nobody can change it by running again.
    """
    commit_lottery(session, now=now, call=call)
    wanted = value or f"{call.closes_wall} {call.zone}"
    open_still = (LotterySeed.call_id == call.id, LotterySeed.public_value.is_(None))
    if update_if(session, LotterySeed, *open_still, public_value=wanted):
        record(
            session,
            actor=actor,
            now=now,
            action="lottery.public_value_fixed",
            subject=call,
            programme_id=call.programme_id,
        )
    return session.get_one(LotterySeed, call.id, populate_existing=True).public_value or wanted

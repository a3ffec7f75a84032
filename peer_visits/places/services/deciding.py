"""Deciding a call: all its offers, waiting lists and answers in one transaction, or none."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.allocation.models import AllocationRun
from peer_visits.allocation.services import apply_run, find_decidable_run, rebuild
from peer_visits.audit.services import record
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.places.given_before import read_holdings
from peer_visits.places.outcome import Outcome, OutcomeChanged, differences
from peer_visits.places.services.carrying_out import carry_out, open_decision
from peer_visits.places.services.desk import Desk, close_desk, open_desk, refuse_missing


class NothingWorkedOut(Refused):
    """There is no run whose result a decision could carry out."""

    def __init__(self) -> None:
        super().__init__(
            phrase("Nobody has worked out who gets which visit yet. Make a run first, then decide by it.")
        )


def decide_call(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    call_id: uuid.UUID,
    leave_empty: bool = False,
    seen: str | None = None,
) -> Outcome:
    """Turn the chosen run of a closed call into offers, waiting lists and refusals, each with its mail.

    Raises NothingWorkedOut without a run that gives places. Visits whose host has handed nothing over are left empty
    only if `leave_empty` says so. With `seen`, the mark of a preview, nothing happens unless the outcome is that one
    (OutcomeChanged).
    """
    desk = open_desk(session, call_id, now)
    refuse_missing(desk, leave_empty=leave_empty)
    run = find_decidable_run(session, call_id)
    if run is None:
        raise NothingWorkedOut
    decision = open_decision(session, desk, run, is_outdated=_is_outdated(session, desk, run))
    apply_run(session, run=run, now=now)
    close_desk(session, desk, now)
    outcome = carry_out(session, desk, decision, now=now)
    if seen is not None and seen != outcome.seen:
        raise OutcomeChanged(differences(seen, outcome))
    record(
        session,
        actor=actor,
        now=now,
        action="call.decided",
        subject=desk.call,
        programme_id=desk.call.programme_id,
        run=str(run.id),
        offers=outcome.offers,
        waiting=outcome.only_waiting,
        refused=len(outcome.refused),
    )
    return outcome


def _is_outdated(session: Session, desk: Desk, run: AllocationRun) -> bool:
    """Whether the run would be given other values now."""
    holdings = read_holdings(session, desk.call)
    return rebuild(session, call=desk.call, run=run, holdings=holdings).digest != run.input_hash

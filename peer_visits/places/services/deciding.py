"""Deciding a call: all its offers, waiting lists and answers in one transaction, or none."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.allocation.queries import list_wishes
from peer_visits.allocation.services import run_allocation
from peer_visits.audit.services import record
from peer_visits.places.outcome import Outcome, OutcomeChanged, differences
from peer_visits.places.services.carrying_out import carry_out
from peer_visits.places.services.desk import close_desk, open_desk, refuse_missing


def decide_call(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    call_id: uuid.UUID,
    leave_empty: bool = False,
    seen: str | None = None,
) -> Outcome:
    """Turn the shortlists of a closed call into offers, waiting lists and refusals, each with its mail.

    Visits whose host has handed nothing over are left empty only if `leave_empty` says so. With `seen`, the
    mark of a preview, nothing happens unless the outcome is that one (OutcomeChanged).
    """
    desk = open_desk(session, call_id, now)
    refuse_missing(desk, leave_empty=leave_empty)
    case = desk.case(list_wishes(session, call_id))
    run, allocation = run_allocation(session, actor=actor, now=now, call_id=call_id, case=case)
    outcome = carry_out(session, desk, case, allocation, now=now)
    if seen is not None and seen != outcome.seen:
        raise OutcomeChanged(differences(seen, outcome))
    close_desk(session, desk, now)
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

"""What organisers decide about keeping, what time does to applications, and what people allow."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application
from peer_visits.audit.services import record
from peer_visits.calls.models import Call, CallRetention
from peer_visits.kernel.errors import Stale
from peer_visits.privacy.emptying import empty
from peer_visits.privacy.erasing import erase_person, note_forgotten
from peer_visits.privacy.queries import is_unused
from peer_visits.privacy.registry import holdings_top_down
from peer_visits.privacy.rules import Outcome
from peer_visits.storage.personal import Whose
from peer_visits.storage.steps import update_one


def set_limits(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    call: Call,
    version: int,
    months: Mapping[Outcome, int],
    warn_days: int,
    takes_accounts: bool,
    is_held: bool,
    held_for: str,
) -> None:
    """Say how long a call keeps what was sent to it. Raises Stale if somebody else has said so meanwhile."""
    values = {
        **{f"{outcome}_months": number for outcome, number in months.items()},
        "warn_days": warn_days,
        "takes_accounts": takes_accounts,
        "is_held": is_held,
        "held_for": held_for if is_held else "",
        "changed_at": now,
        "changed_by": actor.id,
    }
    if session.get(CallRetention, call.id) is None:
        if version:
            raise Stale
        session.add(CallRetention(call_id=call.id, **values))
        session.flush()
    else:
        same = (CallRetention.call_id == call.id, CallRetention.version == version)
        update_one(session, CallRetention, *same, version=version + 1, **values)
    record(
        session,
        actor=actor,
        now=now,
        action="call.retention",
        subject=call,
        programme_id=call.programme_id,
        held=is_held,
        warn_days=warn_days,
        **{str(outcome): number for outcome, number in months.items()},
    )


def forget_application(session: Session, *, now: datetime, application_id: uuid.UUID) -> list[str]:
    """Empty an application whose time is over, and erase its person if nothing else is left of them.

    Returns the keys of files to remove once this is committed.
    """
    application = session.get_one(Application, application_id)
    call = session.get_one(Call, application.call_id)
    person = session.get_one(Person, application.person_id)
    only = Whose(None, "", "", (application_id,))
    keys = empty(session, only, (one for one in holdings_top_down() if one.of_application))
    note_forgotten(session, [application_id], now, with_person=False)
    record(
        session,
        actor=None,
        now=now,
        action="application.forgotten",
        subject=application,
        programme_id=call.programme_id,
    )
    session.flush()
    retention = session.get_one(CallRetention, call.id)
    if retention.takes_accounts and is_unused(session, person, now):
        keys += erase_person(session, person=person, now=now, by=None)
    return keys

"""What an organiser decides for one applicant: letting somebody in, and asking for something afterwards."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.messages import completion_asked
from peer_visits.applications.models import Application
from peer_visits.applications.states import ApplicationState
from peer_visits.applications.steps import change_application, log_application
from peer_visits.calls.models import Call
from peer_visits.calls.states import CallState
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.outbox.services import post


def let_in(session: Session, *, actor: Person, now: datetime, application: Application, reason: str) -> None:
    """Let somebody apply whom the call's rules keep out, and say why; no reason takes it back."""
    change_application(session, application, allowed_reason=reason)
    log_application(
        session, actor, now, application, "application.let_in" if reason else "application.not_let_in"
    )


def ask_to_complete(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    application: Application,
    until: datetime,
    note: str,
) -> None:
    """Open one application again for its applicant alone, and mail what is asked for.

    Raises Refused once the call is decided, or for a moment that is not ahead.
    """
    call = session.get_one(Call, application.call_id)
    if call.decided_at or call.state is not CallState.PUBLISHED:
        raise Refused(phrase("The call has been decided; nothing can be completed any more."))
    if application.state is ApplicationState.WITHDRAWN:
        raise Refused(phrase("The application is withdrawn."))
    if until <= max(now, call.closes_at):
        raise Refused(phrase("Choose a moment after the deadline and after now."), field="until")
    change_application(session, application, open_until=until, open_note=note)
    session.refresh(application)
    log_application(session, actor, now, application, "application.completion_asked", until=until.isoformat())
    person = session.get_one(Person, application.person_id)
    post(session, completion_asked(application, person, call), now=now)

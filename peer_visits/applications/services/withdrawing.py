"""An application is taken back, or started again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications import messages
from peer_visits.applications.drafts import sent_content, write_draft
from peer_visits.applications.models import Application, Choice
from peer_visits.applications.rules import may_send
from peer_visits.applications.states import APPLICATION, ApplicationCommand, ApplicationState
from peer_visits.applications.steps import log_application
from peer_visits.calls.models import Call
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.outbox.services import post
from peer_visits.storage.steps import update_one


def withdraw_application(
    session: Session, *, actor: Person, now: datetime, application: Application, reason: str = ""
) -> None:
    """Take the application back; hosts no longer see it. Places are the business of the places room."""
    call = session.get_one(Call, application.call_id)
    _step(
        session,
        actor,
        now,
        application,
        ApplicationCommand.WITHDRAW,
        withdrawn_at=now,
        withdrawal_reason=reason,
    )
    post(session, messages.withdrawn(application, actor, call), now=now)


def reopen_application(session: Session, *, actor: Person, now: datetime, application: Application) -> None:
    """Start a withdrawn application again as a draft, while it can be sent."""
    if not may_send(session.get_one(Call, application.call_id), application, now):
        raise Refused(phrase("The call is closed; a withdrawn application cannot be started again."))
    draft = application.draft or write_draft(sent_content(application))
    _step(
        session,
        actor,
        now,
        application,
        ApplicationCommand.REOPEN,
        withdrawn_at=None,
        withdrawal_reason="",
        draft=draft,
    )


def _step(
    session: Session,
    actor: Person,
    now: datetime,
    application: Application,
    command: ApplicationCommand,
    **values: object,
) -> None:
    before = application.state
    after = APPLICATION.step(before, command)
    update_one(
        session,
        Application,
        Application.id == application.id,
        Application.state == before,
        state=after,
        version=Application.version + 1,
        **values,
    )
    session.refresh(application)
    session.execute(
        update(Choice)
        .where(Choice.application_id == application.id)
        .values(is_sent=after is ApplicationState.SUBMITTED)
    )
    log_application(session, actor, now, application, f"application.{command}", before=before, after=after)

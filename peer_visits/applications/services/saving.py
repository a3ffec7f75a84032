"""A draft is kept, whatever is missing in it, or changes are discarded."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.drafts import write_draft
from peer_visits.applications.models import Application
from peer_visits.applications.queries import find_application
from peer_visits.applications.rules import ApplicationContent, may_keep
from peer_visits.applications.searching import index_application
from peer_visits.applications.states import APPLICATION, ApplicationCommand, ApplicationState
from peer_visits.applications.steps import change_application, log_application, next_version, write_marks
from peer_visits.calls.models import Call
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase

# Saving by itself writes one line into the log for a sitting, not one for every pause in typing.
A_SITTING = timedelta(minutes=10)


def save_draft(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    call_id: uuid.UUID,
    version: int,
    content: ApplicationContent,
    by_itself: bool = False,
) -> Application:
    """Keep what is typed, whatever is missing; of a sent application, as changes not sent yet.

    `by_itself` tells that the page saved, not the person. Raises Stale if another window saved first,
    Refused a day after the call has closed.
    """
    call = session.get_one(Call, call_id)
    application = find_application(session, actor.id, call_id)
    if not may_keep(call, application, now):
        raise Refused(
            phrase("The call is closed. What was saved before stays as it was; this was not saved.")
        )
    before = application.saved_at if application else None
    application = next_version(session, actor, now, call, application, version)
    application.state = APPLICATION.step(application.state, ApplicationCommand.SAVE)
    application.draft, application.saved_at = write_draft(content), now
    write_marks(application, actor)
    session.flush()
    if application.state is ApplicationState.DRAFT:
        index_application(session, application, actor, content)
    if not by_itself or before is None or now - before > A_SITTING:
        log_application(session, actor, now, application, "application.saved", after=application.state)
    return application


def discard_changes(session: Session, *, actor: Person, now: datetime, application: Application) -> None:
    """Forget changes that were not sent; what was sent stands."""
    if application.state is not ApplicationState.SUBMITTED or application.draft is None:
        raise Refused(phrase("There are no changes to discard."))
    change_application(session, application, draft=None)
    session.refresh(application)
    log_application(
        session, actor, now, application, "application.changes_discarded", after=application.state
    )

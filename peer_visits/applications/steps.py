"""What every step of an application does beside its own work."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.drafts import write_draft
from peer_visits.applications.models import Application
from peer_visits.applications.rules import ApplicationContent
from peer_visits.applications.states import ApplicationState
from peer_visits.audit.services import record
from peer_visits.calls.models import Call
from peer_visits.kernel.errors import Stale
from peer_visits.kernel.text import fold, phrase
from peer_visits.storage.steps import update_one


def next_version(
    session: Session,
    actor: Person,
    now: datetime,
    call: Call,
    application: Application | None,
    version: int,
) -> Application:
    """The application at its next version, made if there is none. Raises Stale."""
    if application is None:
        return _new(session, actor, now, call)
    if application.version != version:
        raise Stale(
            phrase("This application was saved in another window meanwhile. Both texts stand on this page.")
        )
    change_application(session, application, version=version)
    return application


def _new(session: Session, actor: Person, now: datetime, call: Call) -> Application:
    application = Application(
        call_id=call.id,
        person_id=actor.id,
        state=ApplicationState.DRAFT,
        draft=write_draft(ApplicationContent()),
        created_at=now,
        saved_at=now,
        choices=[],
    )
    session.add(application)
    return application


def change_application(
    session: Session, application: Application, *, version: int | None = None, **values: object
) -> None:
    """Write values at the application's next version, from the one given or known. Raises Stale if it has another."""
    seen = application.version if version is None else version
    update_one(
        session,
        Application,
        Application.id == application.id,
        Application.version == seen,
        version=seen + 1,
        **values,
    )


def write_marks(application: Application, person: Person) -> None:
    """Keep beside the application what lists sort and narrow by."""
    application.sort_name, application.sort_organisation = fold(person.name), fold(person.organisation)
    application.country, application.organisation_kind = person.country, person.organisation_kind


def log_application(
    session: Session,
    actor: Person,
    now: datetime,
    application: Application,
    action: str,
    **detail: object,
) -> None:
    """A line in the log about the application."""
    programme_id = session.get_one(Call, application.call_id).programme_id
    record(
        session, actor=actor, now=now, action=action, subject=application, programme_id=programme_id, **detail
    )

"""Applications of the demo's people, sent at once: nobody typed them, so there is no draft to keep before."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.drafts import write_draft
from peer_visits.applications.models import Application
from peer_visits.applications.rules import ApplicationContent
from peer_visits.applications.services.sending import take_in
from peer_visits.applications.states import ApplicationState
from peer_visits.calls.models import Call
from peer_visits.kernel.ids import new_id


def send_application(
    session: Session, *, person: Person, now: datetime, call: Call, content: ApplicationContent
) -> Application:
    """Begun and sent at the same moment, written once."""
    application = Application(
        id=new_id(),
        call_id=call.id,
        person_id=person.id,
        state=ApplicationState.DRAFT,
        draft=write_draft(content),
        created_at=now,
        saved_at=now,
        sent_number=0,
        choices=[],
    )
    session.add(application)
    with session.no_autoflush:
        take_in(session, actor=person, now=now, application=application, person=person, content=content)
    return application

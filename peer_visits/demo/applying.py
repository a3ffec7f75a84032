"""Applications of the demo's people, sent at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application
from peer_visits.applications.rules import ApplicationContent
from peer_visits.applications.services.sending import Given, take_in_at_once
from peer_visits.calls.models import Call
from peer_visits.questions.queries import read_questionnaire


def send_application(
    session: Session, *, person: Person, now: datetime, call: Call, content: ApplicationContent
) -> Application:
    """Begun and sent at the same moment."""
    [application] = take_in_at_once(
        session,
        actor=person,
        now=now,
        call=call,
        questionnaire=read_questionnaire(session, call.id),
        given=[Given(person, content, now)],
    )
    session.refresh(application, ["choices"])
    return application

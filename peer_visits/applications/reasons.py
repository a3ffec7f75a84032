"""When the mails of applications are no longer true."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.applications.models import Application
from peer_visits.applications.states import ApplicationState
from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.models import Message
from peer_visits.outbox.reasons import Reason, superseded


def _receipt(session: Session, message: Message, now: datetime) -> Phrase | None:
    return _only(session, message, ApplicationState.SUBMITTED) or superseded(session, message, now)


def _withdrawn(session: Session, message: Message, _now: datetime) -> Phrase | None:
    return _only(session, message, ApplicationState.WITHDRAWN)


def _reminder(session: Session, message: Message, _now: datetime) -> Phrase | None:
    return _only(session, message, ApplicationState.DRAFT)


def _only(session: Session, message: Message, state: ApplicationState) -> Phrase | None:
    application = session.get(Application, message.about_id)
    if application is None or application.state is not state:
        return phrase("The application is no longer in the state this mail tells of.")
    return None


def _completion(session: Session, message: Message, now: datetime) -> Phrase | None:
    application = session.get(Application, message.about_id)
    if application is None or application.open_until is None or application.open_until <= now:
        return phrase("The application is no longer open for this.")
    return superseded(session, message, now)


REASONS = {
    "application.submitted": Reason(_receipt),
    "application.withdrawn": Reason(_withdrawn),
    "application.reminder": Reason(_reminder),
    "application.completion_asked": Reason(_completion),
}

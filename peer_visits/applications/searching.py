"""What applications are found by."""

from __future__ import annotations

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application
from peer_visits.applications.rules import ApplicationContent


def index_application(
    session: Session, application: Application, person: Person, content: ApplicationContent
) -> None:
    """Note the words an application is found by."""

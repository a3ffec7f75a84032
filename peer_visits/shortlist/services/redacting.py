"""Taking a passage out of what hosts read. What was sent stays as it is; the organiser sees it whole."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application
from peer_visits.audit.services import record
from peer_visits.kernel.errors import NotFound, Refused
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import phrase
from peer_visits.shortlist.models import Redaction
from peer_visits.shortlist.queries.redactions import list_redactions
from peer_visits.shortlist.rules import holds_passage

SHORTEST = 2


def redact(session: Session, *, actor: Person, now: datetime, application: Application, passage: str) -> None:
    """Hide a passage from hosts wherever it stands in the application's texts, today and when it is sent anew.

    Raises Refused if it stands nowhere, so that a slip of the pen does not pass for a passage taken out.
    """
    if len(passage) < SHORTEST:
        raise Refused(phrase("Give at least %(n)s characters.", n=SHORTEST), field="passage")
    if not any(holds_passage(text, passage) for text in _texts(application)):
        raise Refused(
            phrase("This passage stands in none of the texts. Copy it from there."), field="passage"
        )
    if any(one.passage == passage for one in list_redactions(session, application.id)):
        raise Refused(phrase("This passage is hidden already."), field="passage")
    session.add(
        Redaction(
            id=new_id(), application_id=application.id, passage=passage, created_at=now, created_by=actor.id
        )
    )
    _record(session, actor, now, application, "application.redacted")


def show_again(
    session: Session, *, actor: Person, now: datetime, application: Application, redaction_id: uuid.UUID
) -> None:
    """Let hosts read a passage again."""
    redaction = session.get(Redaction, redaction_id)
    if redaction is None or redaction.application_id != application.id:
        raise NotFound
    session.delete(redaction)
    _record(session, actor, now, application, "application.shown_again")


def _texts(application: Application) -> list[str]:
    """Every text hosts may read; answers that are several are judged one by one."""
    answers = [application.answers, *(choice.answers for choice in application.choices)]
    values = [answer["value"] for kept in answers for answer in kept.values()]
    found = [choice.motivation for choice in application.choices]
    for value in values:
        found += value if isinstance(value, list) else [str(value)]
    return found


def _record(session: Session, actor: Person, now: datetime, application: Application, action: str) -> None:
    session.flush()
    record(
        session,
        actor=actor,
        now=now,
        action=action,
        subject=application,
        programme_id=application.call.programme_id,
    )

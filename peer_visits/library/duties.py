"""Who owes a report, and by when: authors named and released, the day set by an organiser or taken from the visit."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.audit.services import record
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import phrase
from peer_visits.library.messages import about_document
from peer_visits.library.models import AnalyticalDocument, DocumentAuthor
from peer_visits.library.queries import count_editions, find_latest_edition
from peer_visits.library.rules import UNFINISHED, due_date
from peer_visits.library.states import DocumentState
from peer_visits.library.steps import lock_document, log_document
from peer_visits.outbox.services import post
from peer_visits.storage.steps import update_if, update_one
from peer_visits.visits.models import Visit


def owe_document(session: Session, *, actor: Person | None, now: datetime, visit: Visit) -> None:
    """Note that a visit owes its document; a visit that has one already owes no second."""
    if count_editions(session, visit.id):
        return
    document = AnalyticalDocument(
        id=new_id(),
        visit_id=visit.id,
        slug=visit.slug,
        edition=1,
        state=DocumentState.OWED,
        due_on=due_of(visit),
        is_sample=visit.is_sample,
    )
    session.add(document)
    session.flush()
    programme_id = visit.call.programme_id
    record(session, actor=actor, now=now, action="document.owed", subject=document, programme_id=programme_id)


def due_of(visit: Visit) -> date | None:
    """When the visit's report is due, unless an organiser says otherwise."""
    return due_date(visit.held_ends_on or visit.announced_ends_on)


def name_author(session: Session, *, actor: Person, now: datetime, visit: Visit, person: Person) -> None:
    """Let somebody write the visit's report, which is owed from now on. The person is told by mail."""
    if session.get(DocumentAuthor, (visit.id, person.id)):
        raise Refused(phrase("%(name)s writes this report already.", name=person.name), field="email")
    session.add(DocumentAuthor(visit_id=visit.id, person_id=person.id))
    session.flush()
    owe_document(session, actor=actor, now=now, visit=visit)
    _tell(session, actor, now, visit, person, "document.assigned", "document.author_named")


def release_author(session: Session, *, actor: Person, now: datetime, visit: Visit, person: Person) -> None:
    """Somebody no longer writes the visit's report; what was written stays. The person is told by mail."""
    held = session.get(DocumentAuthor, (visit.id, person.id))
    if held is None:
        raise Refused(phrase("%(name)s does not write this report any more.", name=person.name))
    session.delete(held)
    session.flush()
    owe_document(session, actor=actor, now=now, visit=visit)
    _tell(session, actor, now, visit, person, "document.unassigned", "document.author_released")


def account_of(session: Session, email: str) -> Person:
    """The confirmed account of an address. Raises Refused, at the field of the address."""
    person = session.scalar(select(Person).where(Person.email == email))
    if person is None or not person.email_verified_at:
        raise Refused(
            phrase("There is no confirmed account with this address. Ask the person to register first."),
            field="email",
        )
    return person


def set_due(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    document: AnalyticalDocument,
    version: int,
    due_on: date | None,
) -> None:
    """Set the day by which the report is due; without one it follows the end of the visit again."""
    lock_document(session, document)
    if document.state not in UNFINISHED:
        raise Refused(phrase("The report is published; it is not due any more."))
    update_one(
        session,
        AnalyticalDocument,
        AnalyticalDocument.id == document.id,
        AnalyticalDocument.version == version,
        version=version + 1,
        is_due_set=due_on is not None,
        due_on=due_on or due_of(document.visit),
    )
    session.refresh(document, ["version", "due_on", "is_due_set"])
    log_document(
        session, actor, now, document, "document.due_set", until=due_on.isoformat() if due_on else ""
    )


def follow_visit(session: Session, document: AnalyticalDocument) -> bool:
    """The visit's days have changed, and with them the day its report is due, unless that was set. Whether it was."""
    changed = update_if(
        session,
        AnalyticalDocument,
        AnalyticalDocument.id == document.id,
        AnalyticalDocument.is_due_set.is_(False),
        due_on=due_of(document.visit),
    )
    return changed > 0


def _tell(
    session: Session, actor: Person, now: datetime, visit: Visit, person: Person, kind: str, action: str
) -> None:
    document = find_latest_edition(session, visit.id)
    day = document.due_on
    due = phrase("It is due on %(day)s.", day=day) if day else phrase("It is due once the visit has ended.")
    mail = about_document(kind, document, person, giver=actor.name, due=due)
    post(session, mail.at_version(now.isoformat()), now=now)
    log_document(session, actor, now, document, action)

"""What host and organiser do with an agenda: add, change, remove sessions, publish a release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda import messages
from peer_visits.agenda.calendars import invitation
from peer_visits.agenda.models import AgendaRelease, AgendaSession
from peer_visits.agenda.queries import find_latest_release, list_sessions
from peer_visits.agenda.releases import ChangedItem, changes_between, release_content, released_items
from peer_visits.agenda.rules import length_problem, wall_time_problem
from peer_visits.agenda.states import SessionKind
from peer_visits.audit.services import record
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import phrase
from peer_visits.kernel.zones import to_utc
from peer_visits.outbox.rendering import MailSettings
from peer_visits.outbox.services import post
from peer_visits.places.queries import list_participants
from peer_visits.storage.steps import update_one
from peer_visits.visits.models import Visit


@dataclass(frozen=True)
class SessionContent:
    """What is typed about a session: when by the wall clock of the visit's zone, for how many minutes."""

    kind: SessionKind
    title: str
    wall: datetime
    minutes: int
    text: str = ""
    room: str = ""
    speaker: str = ""
    online_link: str = ""


def add_session(
    session: Session, *, actor: Person, now: datetime, visit: Visit, content: SessionContent
) -> AgendaSession:
    """Add a session. Raises Refused for a time the clock does not show once, or a length of nothing."""
    added = AgendaSession(id=new_id(), visit_id=visit.id, **_columns(content, visit))
    session.add(added)
    session.flush()
    _record(session, actor, now, visit, added, "added")
    return added


def change_session(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    visit: Visit,
    item: AgendaSession,
    version: int,
    content: SessionContent,
) -> None:
    """Change a session. Raises Stale if somebody changed it meanwhile."""
    values = _columns(content, visit)
    expected = (AgendaSession.id == item.id, AgendaSession.version == version)
    update_one(session, AgendaSession, *expected, version=version + 1, **values)
    _record(session, actor, now, visit, item, "changed")


def remove_session(
    session: Session, *, actor: Person, now: datetime, visit: Visit, item: AgendaSession
) -> None:
    """Remove a session; the next release says so to those who had it."""
    _record(session, actor, now, visit, item, "removed")
    session.delete(item)
    session.flush()


def publish_agenda(
    session: Session, *, actor: Person, now: datetime, visit: Visit, after: int
) -> AgendaRelease:
    """Publish the next release and tell every participant. `after` is the release the publisher saw last."""
    latest = find_latest_release(session, visit.id)
    if (latest.number if latest else 0) != after:
        raise Stale(phrase("Somebody has published meanwhile. Look at the changes again."))
    content = release_content(list_sessions(session, visit.id))
    changes = changes_between(latest, content)
    if not changes:
        raise Refused(phrase("Nothing has changed since the last release."))
    release = AgendaRelease(
        id=new_id(),
        visit_id=visit.id,
        number=after + 1,
        published_at=now,
        published_by=actor.id,
        content=content,
    )
    session.add(release)
    session.flush()
    told = _tell_participants(session, release, visit, changes if latest else [], now)
    record(
        session,
        actor=actor,
        now=now,
        action="agenda.published",
        subject=release,
        programme_id=visit.call.programme_id,
        number=release.number,
        changes=len(changes),
        told=told,
    )
    return release


def _tell_participants(
    session: Session, release: AgendaRelease, visit: Visit, changes: Sequence[ChangedItem], now: datetime
) -> int:
    settings: MailSettings = session.info["mail"]
    items = released_items(release)
    links = {str(one.id): one.online_link for one in list_sessions(session, visit.id)}
    places = list_participants(session, visit.id)
    for place in places:
        calendar = invitation(
            visit,
            items,
            number=release.number,
            published_at=now,
            url=f"{settings.public_url}/visits/{visit.slug}/agenda",
            organiser=settings.sender_address,
            attendee=(place.person.name, place.person.email),
            links=links,
        )
        mail = messages.published(release, place, visit, items=items, changes=changes, calendar=calendar)
        post(session, mail, now=now)
    return len(places)


def _columns(content: SessionContent, visit: Visit) -> dict[str, object]:
    problem = wall_time_problem(content.wall, visit.zone)
    if problem:
        raise Refused(problem, field="starts_at")
    problem = length_problem(content.minutes)
    if problem:
        raise Refused(problem, field="minutes")
    starts_at = to_utc(content.wall, visit.zone)
    return {
        "kind": content.kind,
        "title": content.title,
        "text": content.text,
        "room": content.room,
        "speaker": content.speaker,
        "online_link": content.online_link,
        "starts_wall": content.wall.isoformat(),
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=content.minutes),
    }


def _record(
    session: Session, actor: Person, now: datetime, visit: Visit, item: AgendaSession, what: str
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        action=f"session.{what}",
        subject=item,
        programme_id=visit.call.programme_id,
    )

"""Publishing the agenda, and telling everyone who holds a place."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda import messages
from peer_visits.agenda.models import AgendaRelease, AgendaSession
from peer_visits.agenda.queries import find_latest_release, find_newcomer, list_sessions, list_told_people
from peer_visits.agenda.releases import (
    Change,
    ChangedItem,
    changes_between,
    content_mark,
    release_content,
    released_items,
)
from peer_visits.agenda.rules import is_over
from peer_visits.audit.services import record
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import phrase
from peer_visits.outbox.services import post
from peer_visits.places.models import Place
from peer_visits.places.queries import list_participants
from peer_visits.visits.models import Visit


def publish_agenda(
    session: Session, *, actor: Person, now: datetime, visit: Visit, after: int, seen: str
) -> AgendaRelease:
    """Publish the next release and tell every participant.

    `after` is the release the publisher saw last, `seen` the mark of the content they saw.
    Raises Stale where either has changed, Refused where nothing has.
    """
    latest = find_latest_release(session, visit.id)
    sessions = list_sessions(session, visit.id)
    changes = _changes_to_publish(latest, sessions, after, seen)
    release = _add_release(session, visit, sessions, changes, actor=actor, now=now, number=after + 1)
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


def _changes_to_publish(
    latest: AgendaRelease | None, sessions: Sequence[AgendaSession], after: int, seen: str
) -> list[ChangedItem]:
    if (latest.number if latest else 0) != after:
        raise Stale(phrase("Somebody has published meanwhile. Look at the changes again."))
    content = release_content(sessions)
    changes = changes_between(latest, content)
    if not changes:
        raise Refused(phrase("Nothing has changed since the last release."))
    if content_mark(content) != seen:
        raise Stale(
            phrase("The sessions have changed since you looked. Read the changes again, then publish.")
        )
    return changes


def _add_release(
    session: Session,
    visit: Visit,
    sessions: Sequence[AgendaSession],
    changes: Sequence[ChangedItem],
    *,
    actor: Person,
    now: datetime,
    number: int,
) -> AgendaRelease:
    changed = {change.item["id"] for change in changes}
    for one in sessions:
        if str(one.id) in changed:
            one.sequence = number  # calendars ask again only about what differs
    release = AgendaRelease(
        id=new_id(),
        visit_id=visit.id,
        number=number,
        published_at=now,
        published_by=actor.id,
        content=release_content(sessions),
    )
    session.add(release)
    session.flush()
    return release


def _tell_participants(
    session: Session, release: AgendaRelease, visit: Visit, changes: Sequence[ChangedItem], now: datetime
) -> int:
    participants = list_participants(session, visit.id)
    told_before = list_told_people(session, visit.id)
    links = _links(session, visit)
    for place in participants:
        _tell(session, release, place, visit, links=links, changes=changes, now=now)
    removed = [change.item for change in changes if change.change is Change.REMOVED]
    for place in participants if removed else ():
        if place.person_id in told_before:
            mail = messages.removed(release, place, visit, items=removed, mail=session.info["mail"])
            post(session, mail, now=now)
    return len(participants)


def tell_newcomer(session: Session, *, now: datetime, place_id: uuid.UUID) -> bool:
    """Send the published agenda to somebody who took a place after it; whether there was one to send."""
    found = find_newcomer(session, place_id)
    if found is None:
        return False
    place, release = found
    if is_over([item["ends_at"] for item in released_items(release)], now):
        return False
    visit = place.visit
    _tell(session, release, place, visit, links=_links(session, visit), changes=[], now=now)
    return True


def _tell(
    session: Session,
    release: AgendaRelease,
    place: Place,
    visit: Visit,
    *,
    links: Mapping[str, str],
    changes: Sequence[ChangedItem],
    now: datetime,
) -> None:
    mail = messages.published(release, place, visit, links=links, changes=changes, mail=session.info["mail"])
    post(session, mail, now=now)


def _links(session: Session, visit: Visit) -> dict[str, str]:
    return {str(one.id): one.online_link for one in list_sessions(session, visit.id)}

"""Publishing the agenda, and telling everyone it concerns: participants, and speakers of their own sessions."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda import messages
from peer_visits.agenda.breaking_out import Groups, own_group
from peer_visits.agenda.late import is_at_short_notice, late_changes
from peer_visits.agenda.models import AgendaRelease, AgendaSession, AgendaSpeaker
from peer_visits.agenda.queries.holders import Times, count_taken_back
from peer_visits.agenda.queries.releases import (
    find_latest_release,
    find_new_speaker,
    find_newcomer,
    list_speakers_to_tell,
    list_told_addresses,
    list_told_people,
)
from peer_visits.agenda.queries.sessions import list_sessions
from peer_visits.agenda.releases import (
    ChangedItem,
    Item,
    changes_between,
    content_mark,
    release_content,
    released_items,
    with_moments,
    withheld_content,
)
from peer_visits.agenda.rules import is_over
from peer_visits.agenda.sequences import asked, removed
from peer_visits.agenda.services.plan import lock_plan
from peer_visits.agenda.telling import Told, told_to_participant, told_to_speaker
from peer_visits.audit.services import record
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import phrase
from peer_visits.outbox.services import Mail, post
from peer_visits.outbox.wording.speech import Speech, known_language
from peer_visits.places.models import Place
from peer_visits.places.queries import list_participants
from peer_visits.visits.models import Visit


@dataclass(frozen=True)
class Letter:
    """One person a release concerns, and what they are told; `is_first`: nothing was told to them before."""

    to: Place | AgendaSpeaker
    told: Told
    is_first: bool

    @property
    def is_participant(self) -> bool:
        """Whether they take part; else they speak."""
        return isinstance(self.to, Place)

    @property
    def name(self) -> str:
        """Whom it goes to."""
        return self.to.person.name if isinstance(self.to, Place) else self.to.name

    @property
    def organisation(self) -> str:
        """Where they come from."""
        return self.to.person.organisation if isinstance(self.to, Place) else self.to.organisation


def publish_agenda(
    session: Session, *, actor: Person, now: datetime, visit: Visit, after: int, seen: str
) -> AgendaRelease:
    """Publish the next release and tell everybody it concerns.

    `after` is the release the publisher saw last, `seen` the mark of the content they saw.
    Raises Stale where either has changed, Refused where nothing has.
    """
    lock_plan(session, visit)
    latest = find_latest_release(session, visit.id)
    sessions = list_sessions(session, visit.id)
    changes = _changes_to_publish(latest, sessions, visit, after, seen)
    letters = list_letters(session, visit, latest, sessions)
    release = _add_release(session, visit, sessions, changes, actor=actor, now=now, number=after + 1)
    told = _tell(session, release, visit, letters, now)
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
    latest: AgendaRelease | None, sessions: Sequence[AgendaSession], visit: Visit, after: int, seen: str
) -> list[ChangedItem]:
    if (latest.number if latest else 0) != after:
        raise Stale(phrase("Somebody has published meanwhile. Look at the changes again."))
    content = release_content(sessions, visit)
    changes = changes_between(latest, content)
    if not changes:
        raise Refused(phrase("Nothing has changed since the last release."))
    if content_mark(content) != seen:
        raise Stale(
            phrase("The sessions have changed since you looked. Read the changes again, then publish.")
        )
    return changes


def list_letters(
    session: Session, visit: Visit, latest: AgendaRelease | None, sessions: Sequence[AgendaSession]
) -> list[Letter]:
    """Who would be told what by a release of these sessions, in five statements."""
    content = release_content(sessions, visit)
    before, now = (latest.content["sessions"] if latest else []), content["sessions"]
    changes = changes_between(latest, content)
    people, addresses = list_told_people(session, visit.id), list_told_addresses(session, visit.id)
    participants = list_participants(session, visit.id)
    letters = [
        Letter(place, told_to_participant(now, changes), place.person_id not in people)
        for place in participants
    ]
    taking_part = {place.person.email for place in participants}
    for speaker in list_speakers_to_tell(session, visit.id):
        is_first = speaker.email not in addresses
        told = told_to_speaker(str(speaker.id), [] if is_first else before, now, changes)
        letters += [Letter(speaker, told, is_first)] if speaker.email not in taking_part else []
    return [letter for letter in letters if letter.told.is_something]


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
        content=release_content(sessions, visit),
        withheld=withheld_content(sessions),
    )
    session.add(release)
    session.flush()
    return release


def _tell(
    session: Session, release: AgendaRelease, visit: Visit, letters: Sequence[Letter], now: datetime
) -> int:
    known = _known(session, visit)
    for letter in letters:
        for mail in _mails(session, release, visit, letter, known):
            post(session, mail, now=now)
    return len(letters)


def _mails(
    session: Session, release: AgendaRelease, visit: Visit, letter: Letter, known: _Known
) -> list[Mail]:
    """The agenda as it is now, and what takes out of their calendar what is no more."""
    settings = session.info["mail"]
    by_id = {item["id"]: item for item in released_items(release)}  # with the sequence they have now
    times = known.times.of(letter.to)
    items = [asked(_own(by_id[item["id"]], letter.to, known), times) for item in letter.told.items]
    changes = [] if letter.is_first else letter.told.changes
    is_urgent = bool(late_changes(letter.told.changes, release.published_at))
    mails = [
        messages.published(
            release,
            letter.to,
            visit,
            items,
            links=known.links,
            changes=changes,
            mail=settings,
            times=times,
            is_urgent=is_urgent,
        )
    ]
    if letter.told.cancelled and not letter.is_first:
        gone = [removed(with_moments(item), release.number, times) for item in letter.told.cancelled]
        is_soon = any(is_at_short_notice(item["starts_at"], release.published_at) for item in gone)
        mails.append(
            messages.removed(release, letter.to, visit, items=gone, mail=settings, is_urgent=is_soon)
        )
    return mails


def tell_newcomer(session: Session, *, now: datetime, place_id: uuid.UUID) -> bool:
    """Send the published agenda to somebody who took a place after it; whether there was one to send."""
    found = find_newcomer(session, place_id)
    if found is None:
        return False
    place, release = found
    return _tell_late(session, release, place, place.visit, now)


def tell_new_speaker(session: Session, *, now: datetime, speaker_id: uuid.UUID) -> bool:
    """Send their sessions to somebody who confirmed after the release; whether there were any to send."""
    found = find_new_speaker(session, speaker_id)
    if found is None:
        return False
    speaker, release = found
    return _tell_late(session, release, speaker, session.get_one(Visit, speaker.visit_id), now)


def _tell_late(
    session: Session, release: AgendaRelease, to: Place | AgendaSpeaker, visit: Visit, now: datetime
) -> bool:
    items = released_items(release)
    if isinstance(to, AgendaSpeaker):
        items = [item for item in items if str(to.id) in item.get("speaker_ids", ())]
    if is_over([item["ends_at"] for item in items], now):
        return False
    told = Told(items, [], [])
    for mail in _mails(session, release, visit, Letter(to, told, is_first=True), _known(session, visit)):
        post(session, mail, now=now)
    record(
        session,
        actor=None,
        now=now,
        action="agenda.sent_on",
        subject=to,
        programme_id=visit.call.programme_id,
        number=release.number,
    )
    return True


@dataclass(frozen=True)
class _Known:
    """What is in no release: by session the online link, and who is in which breakout group; agendas taken back."""

    links: Mapping[str, str]
    groups: Mapping[str, Groups]
    times: Times


def _known(session: Session, visit: Visit) -> _Known:
    sessions = list_sessions(session, visit.id)
    return _Known(
        {str(one.id): one.online_link for one in sessions},
        {str(one.id): one.breakout_groups for one in sessions if one.breakout_groups},
        count_taken_back(session, visit.id),
    )


def _own(item: Item, to: Place | AgendaSpeaker, known: _Known) -> Item:
    """A session as it goes into somebody's calendar: with the number of their own breakout group."""
    groups = known.groups.get(item["id"], [])
    number = own_group(groups, str(to.person_id)) if isinstance(to, Place) else None
    if number is None or not isinstance(to, Place):
        return item
    speech = Speech(known_language(to.person.language), to.person.time_zone)
    said = speech.say(phrase("Your group: %(number)s of %(all)s", number=number, all=len(groups)))
    return {**item, "text": "\n\n".join(filter(None, (said, item["text"])))}

"""The mails of an agenda: to participants, and to speakers about their own sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from peer_visits.accounts.models import Person
from peer_visits.agenda.calendars import Invited, cancellation, invitation
from peer_visits.agenda.models import AgendaRelease, AgendaSession, AgendaSpeaker
from peer_visits.agenda.queries.releases import PUBLISHED, SPEAKING, TAKEN_BACK
from peer_visits.agenda.releases import ChangedItem, Item
from peer_visits.agenda.rules import own_zone
from peer_visits.kernel.zones import to_wall
from peer_visits.outbox.rendering import MailSettings
from peer_visits.outbox.services import Mail
from peer_visits.places.models import Place
from peer_visits.visits.models import Visit


@dataclass(frozen=True)
class ToSpeaker:
    """A speaker as somebody mail goes to; they need no account."""

    name: str
    email: str
    time_zone: str
    language: str
    id: None = None


def _reader(to: Place | AgendaSpeaker) -> Person | ToSpeaker:
    return to.person if isinstance(to, Place) else to_speaker(to)


def to_speaker(speaker: AgendaSpeaker) -> ToSpeaker:
    """A speaker with an address as somebody mail goes to."""
    return ToSpeaker(speaker.name, speaker.email or "", speaker.zone, speaker.language)


def published(
    release: AgendaRelease,
    to: Place | AgendaSpeaker,
    visit: Visit,
    items: Sequence[Item],
    *,
    links: Mapping[str, str],
    changes: Sequence[ChangedItem],
    mail: MailSettings,
    times: int = 0,
    is_urgent: bool = False,
) -> Mail:
    """The agenda, or its next release, with the calendar part and the links they need.

    `times`: how often theirs was taken back before; each time the same release may be sent once more.
    `is_urgent`: it changes what is less than a day away.
    """
    reader = _reader(to)
    invited = _invited(release, reader, visit, mail)
    known = {item["id"]: links.get(item["id"], "") for item in items}
    return Mail(
        kind=PUBLISHED if isinstance(to, Place) else SPEAKING,
        to=reader,
        about=release,
        version=f"{release.number} again {times}" if times else release.number,
        programme_id=visit.call.programme_id,
        call_id=visit.call_id,
        visit_id=visit.id,
        address=None if isinstance(to, Place) else to.email,
        calendar=invitation(visit, items, invited, links=known) if items else None,
        comes_back=True,  # to somebody who gives the place up and takes one again
        data={
            **_data(release, reader, visit, items),
            "days": _by_day(items, visit.zone),
            "links": known,
            "changes": changes,
            "is_urgent": is_urgent,
            "words": _words(to, bool(changes)),
        },
    )


def _words(to: Place | AgendaSpeaker, has_changes: bool) -> str:
    if isinstance(to, Place):
        return "agenda.changed" if has_changes else PUBLISHED
    return "agenda.speaking_changed" if has_changes else SPEAKING


def removed(
    release: AgendaRelease,
    to: Place | AgendaSpeaker,
    visit: Visit,
    *,
    items: Sequence[Item],
    mail: MailSettings,
    is_urgent: bool = False,
) -> Mail:
    """Sessions that are no more, or no more theirs, so that they leave the calendar too."""
    reader = _reader(to)
    invited = _invited(release, reader, visit, mail)
    return Mail(
        kind="agenda.removed" if isinstance(to, Place) else "agenda.not_speaking",
        to=reader,
        about=release,
        version=release.number,
        programme_id=visit.call.programme_id,
        call_id=visit.call_id,
        visit_id=visit.id,
        address=None if isinstance(to, Place) else to.email,
        calendar=cancellation(visit, items, invited),
        data={**_data(release, reader, visit, items), "items": items, "is_urgent": is_urgent},
    )


def taken_back(
    release: AgendaRelease,
    to: Place,
    visit: Visit,
    *,
    items: Sequence[Item],
    times: int,
    mail: MailSettings,
    now: datetime,
) -> Mail:
    """All their sessions, which leave the calendar of somebody who no longer comes. `times` counts this one."""
    invited = replace(_invited(release, to.person, visit, mail), published_at=now)
    return Mail(
        kind=TAKEN_BACK,
        to=to.person,
        about=release,
        version=times,
        programme_id=visit.call.programme_id,
        call_id=visit.call_id,
        visit_id=visit.id,
        calendar=cancellation(visit, items, invited),
        data={**_data(release, to.person, visit, items), "items": items},
    )


def speaker_invited(
    speaker: AgendaSpeaker, visit: Visit, inviter: Person, sessions: Sequence[AgendaSession], secret: str
) -> Mail:
    """To a speaker or somebody of the host's staff: the link by which they say whether and when they can."""
    return Mail(
        kind="speaker.invited",
        to=to_speaker(speaker),
        about=speaker,
        version=speaker.version,
        programme_id=visit.call.programme_id,
        call_id=visit.call_id,
        visit_id=visit.id,
        data={
            "secret": secret,
            "inviter": inviter.name,
            "slug": visit.slug,
            "place": visit.place,
            "title": visit.title,
            "zone": visit.zone,
            "items": [{"title": one.title, "starts_at": one.starts_at} for one in sessions],
        },
    )


def _data(
    release: AgendaRelease, reader: Person | ToSpeaker, visit: Visit, items: Sequence[Item]
) -> dict[str, Any]:
    moments = [item["starts_at"] for item in items]
    return {
        "slug": visit.slug,
        "place": visit.place,
        "title": visit.title,
        "zone": visit.zone,
        "own_zone": own_zone(moments, visit.zone, reader.time_zone),
        "number": release.number,
    }


def _by_day(items: Sequence[Item], zone: str) -> list[tuple[date, list[Item]]]:
    def day(item: Item) -> date:
        starts_at: datetime = item["starts_at"]
        return to_wall(starts_at, zone).date()

    return [(when, list(grouped)) for when, grouped in groupby(items, key=day)]


def _invited(release: AgendaRelease, reader: Person | ToSpeaker, visit: Visit, mail: MailSettings) -> Invited:
    return Invited(
        name=reader.name,
        email=reader.email,
        organiser=mail.sender_address,
        published_at=release.published_at,
        url=f"{mail.public_url}/visits/{visit.slug}/agenda",
    )

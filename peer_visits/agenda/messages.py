"""The mails of an agenda: every one goes to a participant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from peer_visits.agenda.calendars import Invited, cancellation, invitation
from peer_visits.agenda.models import AgendaRelease
from peer_visits.agenda.queries import PUBLISHED
from peer_visits.agenda.releases import ChangedItem, Item, released_items, with_moments
from peer_visits.agenda.rules import own_zone
from peer_visits.kernel.zones import to_wall
from peer_visits.outbox.rendering import MailSettings
from peer_visits.outbox.services import Mail
from peer_visits.places.models import Place
from peer_visits.visits.models import Visit


def published(
    release: AgendaRelease,
    place: Place,
    visit: Visit,
    *,
    links: Mapping[str, str],
    changes: Sequence[ChangedItem],
    mail: MailSettings,
) -> Mail:
    """The agenda, or its next release, with the calendar part and the links for participants."""
    items = released_items(release)
    invited = _invited(release, place, visit, mail)
    return Mail(
        kind=PUBLISHED,
        to=place.person,
        about=release,
        version=release.number,
        programme_id=visit.call.programme_id,
        call_id=visit.call_id,
        visit_id=visit.id,
        calendar=invitation(visit, items, invited, links=links) if items else None,
        comes_back=True,  # to somebody who gives the place up and takes one again
        data={
            **_data(release, place, visit, items),
            "days": _by_day(items, visit.zone),
            "links": links,
            "changes": changes,
            "words": "agenda.changed" if changes else PUBLISHED,
        },
    )


def removed(
    release: AgendaRelease, place: Place, visit: Visit, *, items: Sequence[Item], mail: MailSettings
) -> Mail:
    """Sessions that are no more, so that they leave the calendar too."""
    gone = [with_moments(item) for item in items]
    invited = _invited(release, place, visit, mail)
    return Mail(
        kind="agenda.removed",
        to=place.person,
        about=release,
        version=release.number,
        programme_id=visit.call.programme_id,
        call_id=visit.call_id,
        visit_id=visit.id,
        calendar=cancellation(visit, gone, invited, number=release.number),
        data={**_data(release, place, visit, gone), "items": gone},
    )


def _data(release: AgendaRelease, place: Place, visit: Visit, items: Sequence[Item]) -> dict[str, Any]:
    moments = [item["starts_at"] for item in items]
    return {
        "slug": visit.slug,
        "place": visit.place,
        "title": visit.title,
        "zone": visit.zone,
        "own_zone": own_zone(moments, visit.zone, place.person.time_zone),
        "number": release.number,
    }


def _by_day(items: Sequence[Item], zone: str) -> list[tuple[date, list[Item]]]:
    def day(item: Item) -> date:
        starts_at: datetime = item["starts_at"]
        return to_wall(starts_at, zone).date()

    return [(when, list(grouped)) for when, grouped in groupby(items, key=day)]


def _invited(release: AgendaRelease, place: Place, visit: Visit, mail: MailSettings) -> Invited:
    return Invited(
        name=place.person.name,
        email=place.person.email,
        organiser=mail.sender_address,
        published_at=release.published_at,
        url=f"{mail.public_url}/visits/{visit.slug}/agenda",
    )

"""The mail of an agenda."""

from __future__ import annotations

from collections.abc import Sequence

from peer_visits.agenda.models import AgendaRelease
from peer_visits.agenda.releases import ChangedItem, Item
from peer_visits.outbox.services import Mail
from peer_visits.places.models import Place
from peer_visits.visits.models import Visit


def published(
    release: AgendaRelease,
    place: Place,
    visit: Visit,
    *,
    items: Sequence[Item],
    changes: Sequence[ChangedItem],
    calendar: str,
) -> Mail:
    """To a participant: the agenda, or its next release, with the calendar part."""
    return Mail(
        kind="agenda.published",
        to=place.person,
        about=release,
        version=release.number,
        programme_id=visit.call.programme_id,
        calendar=calendar,
        data={
            "slug": visit.slug,
            "place": visit.place,
            "title": visit.title,
            "zone": visit.zone,
            "number": release.number,
            "items": items,
            "changes": changes,
        },
    )

"""The public agenda as JSON for other programs: `peer-visits/agenda/1`, described in docs/agenda-elsewhere.md."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from peer_visits.agenda.calendars import uid_of
from peer_visits.agenda.models import AgendaRelease
from peer_visits.agenda.releases import Item, released_items
from peer_visits.visits.models import Visit

FORMAT = "peer-visits/agenda/1"


def agenda_as_data(visit: Visit, release: AgendaRelease, url: str) -> dict[str, Any]:
    """What everybody may read of a release, as plain values. Fields may be added to the format, never change."""
    return {
        "format": FORMAT,
        "url": url,
        "visit": {
            "slug": visit.slug,
            "title": visit.title,
            "host": visit.host_name,
            "place": visit.place,
            "country": visit.country,
            "zone": visit.zone,
            "language": visit.language,
            "format": visit.format.value,
        },
        "release": {"number": release.number, "published_at": release.published_at.isoformat()},
        "days": release.content.get("dates", {"announced": [], "held": []}),
        "sessions": [_session(visit, item) for item in released_items(release)],
    }


def _session(visit: Visit, item: Item) -> dict[str, Any]:
    zone = ZoneInfo(visit.zone)
    return {
        "uid": uid_of(visit, item),
        "sequence": item["sequence"],
        "kind": item["kind"],
        "title": item["title"],
        "text": item["text"],
        "language": item.get("language", ""),
        "translations": item.get("words") or {},
        "starts_at": item["starts_at"].astimezone(zone).isoformat(),
        "ends_at": item["ends_at"].astimezone(zone).isoformat(),
        "minutes": int((item["ends_at"] - item["starts_at"]).total_seconds() // 60),
        "room": item["room"],
        "place": item.get("place", ""),
        "speakers": item["speaker"],
        "capacity": item.get("capacity"),
        "material": item.get("material_link", ""),
    }

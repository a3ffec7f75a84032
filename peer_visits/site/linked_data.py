"""What search engines read: schema.org descriptions of visits and calls."""

from __future__ import annotations

from typing import Any

from peer_visits.visits.models import Visit
from peer_visits.visits.states import VisitFormat

_MODES = {
    VisitFormat.ONLINE: "https://schema.org/OnlineEventAttendanceMode",
    VisitFormat.ONSITE: "https://schema.org/OfflineEventAttendanceMode",
    VisitFormat.HYBRID: "https://schema.org/MixedEventAttendanceMode",
}


def visit_event(visit: Visit, url: str, picture: str) -> dict[str, Any]:
    """The visit as a schema.org Event. Dates that no source settles are left out."""
    starts_on = visit.held_starts_on or visit.announced_starts_on
    ends_on = visit.held_ends_on or visit.announced_ends_on
    event = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": visit.title,
        "url": url,
        "image": picture,
        "startDate": starts_on.isoformat() if starts_on else None,
        "endDate": ends_on.isoformat() if ends_on else None,
        "eventAttendanceMode": _MODES[visit.format],
        "inLanguage": visit.language,
        "maximumAttendeeCapacity": visit.capacity,
        "location": _location(visit, url),
        "organizer": {"@type": "Organization", "name": visit.host_name},
    }
    return {name: value for name, value in event.items() if value is not None}


def _location(visit: Visit, url: str) -> dict[str, Any]:
    if visit.format is VisitFormat.ONLINE:
        return {"@type": "VirtualLocation", "url": url}
    address = {"@type": "PostalAddress", "addressLocality": visit.place, "addressCountry": visit.country}
    return {"@type": "Place", "name": visit.place, "address": address}

"""The mails of the host desk."""

from __future__ import annotations

from typing import Any

from peer_visits.accounts.models import Person
from peer_visits.outbox.services import Mail
from peer_visits.shortlist.models import Shortlist
from peer_visits.visits.models import Visit


def _about(kind: str, shortlist: Shortlist, person: Person, visit: Visit, **data: Any) -> Mail:
    return Mail(
        kind=kind,
        to=person,
        about=shortlist,
        version=shortlist.version,
        programme_id=visit.call.programme_id,
        data={
            "slug": visit.slug,
            "place": visit.place,
            "title": visit.title,
            "call": visit.call.title,
            "call_slug": visit.call.slug,
            **data,
        },
    )


def handed_over(
    shortlist: Shortlist, organiser: Person, visit: Visit, host: Person, counts: dict[str, int]
) -> Mail:
    """To the organiser: a shortlist has come."""
    return _about(
        "shortlist.handed_over",
        shortlist,
        organiser,
        visit,
        host=host.name,
        shortlisted=counts["shortlisted"],
        reserve=counts["reserve"],
        note=shortlist.note,
    )


def reopened(shortlist: Shortlist, member: Person, visit: Visit) -> Mail:
    """To the host team: the shortlist is yours again."""
    return _about("shortlist.reopened", shortlist, member, visit)

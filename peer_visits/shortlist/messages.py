"""The mails of the host desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peer_visits.accounts.models import Person
from peer_visits.kernel.text import phrase
from peer_visits.outbox.services import Mail
from peer_visits.shortlist.models import HostInvitation, Shortlist
from peer_visits.visits.models import Visit
from peer_visits.visits.states import HostRole

ROLES = {
    HostRole.LEAD: phrase("lead"),
    HostRole.REVIEWER: phrase("reviewer"),
    HostRole.EXPERT: phrase("external expert"),
}


@dataclass(frozen=True)
class Invited:
    """Whoever is asked into a team and has no account yet."""

    email: str
    time_zone: str
    language: str
    id: None = None
    name: str = ""


@dataclass(frozen=True)
class Left:
    """What a visit's team still has to do: applications in all, not read by anybody, not decided."""

    choices: int
    unread: int
    undecided: int


def _about(kind: str, shortlist: Shortlist, person: Person, visit: Visit, **data: Any) -> Mail:
    return Mail(
        kind=kind,
        to=person,
        about=shortlist,
        version=shortlist.version,
        programme_id=visit.call.programme_id,
        call_id=visit.call_id,
        visit_id=visit.id,
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


def invited(
    invitation: HostInvitation, visit: Visit, inviter: Person, person: Person | None, secret: str
) -> Mail:
    """To an address, with or without an account: the link to join a host team."""
    return Mail(
        kind="team.invited",
        to=person or Invited(invitation.email, visit.zone, visit.language),
        about=invitation,
        programme_id=visit.call.programme_id,
        call_id=visit.call_id,
        data={
            "secret": secret,
            "expires_at": invitation.expires_at,
            "inviter": inviter.name,
            "role": ROLES[invitation.role],
            "slug": visit.slug,
            "place": visit.place,
            "title": visit.title,
        },
    )


def taken_off(visit: Visit, person: Person, by: Person, now: datetime) -> Mail:
    """To somebody who is no longer in a host team."""
    return Mail(
        kind="team.left",
        to=person,
        about=visit,
        version=now.isoformat(),
        programme_id=visit.call.programme_id,
        call_id=visit.call_id,
        data={"by": by.name, "slug": visit.slug, "place": visit.place, "title": visit.title},
    )


def reading_reminder(visit: Visit, member: Person, *, left: Left) -> Mail:
    """To one of the host team: the day by which the shortlist is due comes near."""
    return Mail(
        kind="shortlist.reminder",
        to=member,
        about=visit,
        programme_id=visit.call.programme_id,
        call_id=visit.call_id,
        visit_id=visit.id,
        reply_to=visit.call.programme.contact_email,
        data={
            "slug": visit.slug,
            "place": visit.place,
            "title": visit.title,
            "call": visit.call.title,
            "day": visit.call.shortlists_by,
            "choices": left.choices,
            "unread": left.unread,
            "undecided": left.undecided,
        },
    )

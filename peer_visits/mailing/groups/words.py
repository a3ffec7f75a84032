"""Whom a group mail can be for, in words."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from peer_visits.applications.states import ApplicationState
from peer_visits.mailing.groups.models import GroupMail
from peer_visits.mailing.groups.states import Audience
from peer_visits.places.states import PlaceState
from peer_visits.visits.states import HostRole

AUDIENCES: dict[Audience, Any] = {
    Audience.APPLICANTS: _l("Applicants"),
    Audience.PARTICIPANTS: _l("Participants"),
    Audience.WAITING: _l("Waiting list"),
    Audience.HOSTS: _l("Host teams"),
}
STATUS_WORDS: dict[Audience, dict[str, Any]] = {
    Audience.APPLICANTS: {
        ApplicationState.SUBMITTED: _l("application sent"),
        ApplicationState.DRAFT: _l("application begun and not sent"),
        ApplicationState.WITHDRAWN: _l("application withdrawn"),
    },
    Audience.PARTICIPANTS: {
        PlaceState.ACCEPTED: _l("place accepted"),
        PlaceState.OFFERED: _l("place offered, no answer yet"),
        PlaceState.DECLINED: _l("offer declined"),
        PlaceState.LAPSED: _l("offer lapsed"),
        PlaceState.WITHDRAWN: _l("place given up or taken back"),
        PlaceState.CANCELLED: _l("place cancelled"),
    },
    Audience.WAITING: {"waiting": _l("on a waiting list")},
    Audience.HOSTS: {
        HostRole.LEAD: _l("lead"),
        HostRole.REVIEWER: _l("reviewer"),
        HostRole.EXPERT: _l("expert from outside"),
    },
}


def audience_words(group: GroupMail) -> str:
    """Whom it is for, in one line: applicants (application sent), Tampere."""
    words = STATUS_WORDS[group.audience]
    chosen = [str(words[one]) for one in words if one in group.statuses]
    where = group.visit.place if group.visit else group.call.title if group.call else _("all calls")
    states = f" ({', '.join(chosen)})" if chosen and group.audience is not Audience.WAITING else ""
    return f"{AUDIENCES[group.audience]}{states}, {where}"


def status_words(audience: Audience, status: str) -> str:
    """How somebody stands, in words."""
    return str(STATUS_WORDS[audience].get(status, status))

"""Who gets a group mail, who is left out and why: plain values, in and out."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from peer_visits.applications.states import ApplicationState
from peer_visits.kernel.text import Phrase, phrase
from peer_visits.mailing.groups.states import Audience
from peer_visits.places.states import PlaceState, WaitingState
from peer_visits.visits.states import HostRole

# The states, or roles, that can be chosen; what a new group mail begins with.
STATUSES: Mapping[Audience, tuple[str, ...]] = {
    Audience.APPLICANTS: tuple(ApplicationState),
    Audience.PARTICIPANTS: tuple(PlaceState),
    Audience.WAITING: (WaitingState.WAITING,),
    Audience.HOSTS: tuple(HostRole),
}
AT_FIRST: Mapping[Audience, tuple[str, ...]] = {
    Audience.APPLICANTS: (ApplicationState.SUBMITTED,),
    Audience.PARTICIPANTS: (PlaceState.ACCEPTED,),
    Audience.WAITING: (WaitingState.WAITING,),
    Audience.HOSTS: (HostRole.LEAD, HostRole.REVIEWER),
}
# Who stopped taking part is named among those left out, unless they are asked for.
STOPPED: Mapping[Audience, Mapping[str, Phrase]] = {
    Audience.APPLICANTS: {ApplicationState.WITHDRAWN: phrase("The application was withdrawn.")},
    Audience.PARTICIPANTS: {
        PlaceState.WITHDRAWN: phrase("The place was given up or taken back."),
        PlaceState.CANCELLED: phrase("The place was cancelled."),
    },
    Audience.WAITING: {WaitingState.LEFT: phrase("This person waits no more.")},
    Audience.HOSTS: {},
}
BOUNCED = phrase("Mail to this address came back; it is not confirmed since.")
UNKNOWING = phrase("The decision can still be undone, and this person does not know of it yet.")


@dataclass(frozen=True)
class Candidate:
    """Somebody whom a group mail may be for: by which record, in which visit, and how they stand.

    `knows`: whether they have been told how they stand.
    """

    person_id: uuid.UUID
    name: str
    email: str
    about_kind: str
    about_id: uuid.UUID
    call_id: uuid.UUID
    visit_id: uuid.UUID | None
    status: str
    bounced: bool
    knows: bool = True


@dataclass(frozen=True)
class LeftOut:
    """Somebody who gets nothing, and why."""

    person_id: uuid.UUID
    name: str
    email: str
    reason: Phrase


@dataclass(frozen=True)
class Reach:
    """Who gets a group mail: each person once. `copies` go to the host team."""

    recipients: Sequence[Candidate]
    left_out: Sequence[LeftOut]
    copies: Sequence[Candidate] = ()

    @property
    def count(self) -> int:
        """How many mails that makes."""
        return len(self.recipients) + len(self.copies)

    @property
    def mark(self) -> str:
        """What changes when anybody comes or goes: the organiser sends to exactly those who were shown."""
        people = [f"{one.person_id}" for one in (*self.recipients, *self.copies)]
        return hashlib.sha256("|".join(people).encode()).hexdigest()[:32]


def reach(
    audience: Audience,
    statuses: Collection[str],
    found: Iterable[Candidate],
    *,
    team: Sequence[Candidate] = (),
    minds_bounces: bool = True,
) -> Reach:
    """Sort out who gets it. Who is there by two records gets one mail, by the first that allows it."""
    recipients: dict[uuid.UUID, Candidate] = {}
    left_out: dict[uuid.UUID, LeftOut] = {}
    for one in found:
        reason = _why_not(audience, statuses, one, minds_bounces=minds_bounces)
        if reason is None:
            recipients.setdefault(one.person_id, one)
        else:
            left_out.setdefault(one.person_id, LeftOut(one.person_id, one.name, one.email, reason))
    copies = [one for one in team if not one.bounced and one.person_id not in recipients]
    for one in team:
        if one.bounced:
            left_out.setdefault(one.person_id, LeftOut(one.person_id, one.name, one.email, BOUNCED))
    missing = [one for one in left_out.values() if one.person_id not in recipients]
    return Reach(list(recipients.values()), missing, copies)


def _why_not(
    audience: Audience, statuses: Collection[str], one: Candidate, *, minds_bounces: bool
) -> Phrase | None:
    if not one.knows:
        return UNKNOWING
    if one.status not in statuses:
        return STOPPED[audience].get(one.status, phrase("This person is no longer among those it is for."))
    return BOUNCED if one.bounced and minds_bounces else None

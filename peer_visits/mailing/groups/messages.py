"""The mails of a group mail: one to each person, and copies to the host team."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from peer_visits.calls.models import Programme
from peer_visits.mailing.groups.models import GroupMail
from peer_visits.mailing.groups.rules import Candidate
from peer_visits.outbox.recipients import Recipient
from peer_visits.outbox.services import Mail

KIND, COPY, TEST = "group.mail", "group.copy", "mail.test"


@dataclass(frozen=True)
class About:
    """The record through which somebody gets a group mail."""

    id: Any
    __tablename__: str


def to_person(group: GroupMail, programme: Programme, person: Recipient, candidate: Candidate) -> Mail:
    """The group mail to one person."""
    about = About(candidate.about_id, candidate.about_kind)
    return _mail(KIND, group, programme, person, about, candidate.visit_id)


def to_team(
    group: GroupMail, programme: Programme, person: Recipient, candidate: Candidate, *, reached: int
) -> Mail:
    """A copy for a member of the host team, which says how many people got it, and nobody's name."""
    about = About(candidate.about_id, candidate.about_kind)
    return _mail(COPY, group, programme, person, about, candidate.visit_id, reached=reached)


def to_oneself(group: GroupMail, programme: Programme, person: Recipient, *, version: str) -> Mail:
    """The group mail to its writer, to see how it arrives."""
    mail = _mail(KIND, group, programme, person, About(group.id, group.__tablename__), None)
    return mail.at_version(version)


def _mail(
    kind: str,
    group: GroupMail,
    programme: Programme,
    person: Recipient,
    about: About,
    visit_id: uuid.UUID | None,
    *,
    reached: int = 0,
) -> Mail:
    return Mail(
        kind=kind,
        to=person,
        about=about,
        version=str(group.id),
        programme_id=programme.id,
        call_id=group.call_id,
        visit_id=group.visit_id or visit_id,
        group_id=group.id,
        reply_to=group.reply_to or programme.contact_email,
        data={"subject_line": group.subject, "written": group.body, "reached": reached},
    )

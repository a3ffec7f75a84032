"""When the mails of a group mail are no longer true, and what they would say now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from peer_visits.kernel.text import Phrase, phrase
from peer_visits.mailing.groups.models import GroupMail
from peer_visits.mailing.groups.queries import is_in_team, reach_of_one
from peer_visits.outbox.models import Message
from peer_visits.outbox.reasons import Reason

_NOT_MEANT = phrase("This person is no longer among those it is for.")


def _person_gone(session: Session, message: Message, now: datetime) -> Phrase | None:
    """Looks at the person as the list of recipients would now: any record will do by which they are meant."""
    group = session.get(GroupMail, message.group_id)
    if group is None or message.person_id is None:
        return _NOT_MEANT
    found = reach_of_one(session, group, message.person_id, now)
    if found.recipients:
        return None
    return found.left_out[0].reason if found.left_out else _NOT_MEANT


def _team_gone(session: Session, message: Message, _now: datetime) -> Phrase | None:
    group = session.get(GroupMail, message.group_id)
    if group is None or message.person_id is None or not is_in_team(session, group, message.person_id):
        return phrase("This person no longer belongs to the host team.")
    return None


def _refresh(_session: Session, _message: Message, data: dict[str, Any]) -> dict[str, Any]:
    """The words of a group mail that was sent never change; the reader's name and language may."""
    return data


REASONS = {
    "group.mail": Reason(_person_gone, _refresh),
    "group.copy": Reason(_team_gone, _refresh),
}

"""When the mails of the host desk are no longer true."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.models import Message
from peer_visits.outbox.reasons import Reason
from peer_visits.shortlist.models import Shortlist
from peer_visits.shortlist.states import ShortlistState

_STATES = {
    "shortlist.handed_over": ShortlistState.HANDED_OVER,
    "shortlist.reopened": ShortlistState.OPEN,
}


def _gone(session: Session, message: Message, _now: datetime) -> Phrase | None:
    shortlist = session.get(Shortlist, message.about_id)
    if shortlist is None or shortlist.state is not _STATES[message.kind]:
        return phrase("The shortlist is no longer in the state this mail tells of.")
    return None


def _reminder_gone(session: Session, message: Message, _now: datetime) -> Phrase | None:
    shortlist = session.get(Shortlist, message.about_id)
    if shortlist is not None and shortlist.state is not ShortlistState.OPEN:
        return phrase("The shortlist has been handed over.")
    return None


REASONS = {**{kind: Reason(_gone) for kind in _STATES}, "shortlist.reminder": Reason(_reminder_gone)}

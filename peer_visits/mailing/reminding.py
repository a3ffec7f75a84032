"""A call's reminders: when each comes, and how late it may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.reminders import DRAFTS
from peer_visits.audit.services import record
from peer_visits.calls.models import Call
from peer_visits.followup.commitments.reminders import ALL as COMMITMENTS
from peer_visits.followup.survey.reminders import SURVEYS
from peer_visits.followup.thanking.reminders import VISIT_ENDS
from peer_visits.kernel.text import Phrase
from peer_visits.library.reminders import REPORTS
from peer_visits.outbox.models import ReminderSetting
from peer_visits.outbox.reminders import Reminder, Setting
from peer_visits.outbox.reminding import Reminding, reminders_of
from peer_visits.places.reminders import OFFERS, VISIT_STARTS
from peer_visits.shortlist.reminding import SHORTLISTS

ALL: tuple[Reminding, ...] = (
    DRAFTS,
    SHORTLISTS,
    OFFERS,
    VISIT_STARTS,
    VISIT_ENDS,
    SURVEYS,
    REPORTS,
    *COMMITMENTS,
)
FIRST: dict[str, Reminder] = {one.name: one for reminding in ALL for one in reminding.reminders}


@dataclass(frozen=True)
class Moment:
    """The reminders relative to one moment, as a call wants them."""

    title: Phrase
    reminders: tuple[Reminder, ...]


def list_reminders(session: Session, call: Call) -> list[Moment]:
    """Every reminder of a call by its moment."""
    return [Moment(one.title, reminders_of(session, one, call.id)) for one in ALL]


def set_reminders(
    session: Session, *, actor: Person, now: datetime, call: Call, wanted: Sequence[Setting]
) -> None:
    """Keep what differs from how reminders come; each reminder not named comes as it is."""
    session.execute(delete(ReminderSetting).where(ReminderSetting.call_id == call.id))
    changed = [one for one in wanted if one != as_it_comes(one.name)]
    session.add_all(
        ReminderSetting(
            call_id=call.id, name=one.name, hours=one.hours, late_hours=one.late_hours, is_on=one.is_on
        )
        for one in changed
    )
    session.flush()
    record(
        session,
        actor=actor,
        now=now,
        action="call.reminders_set",
        subject=call,
        programme_id=call.programme_id,
        changed=[one.name for one in changed],
    )


def as_it_comes(name: str) -> Setting:
    """How a reminder comes without a call's word."""
    first = FIRST[name]
    return Setting(name, first.hours, first.late_hours, first.is_on)

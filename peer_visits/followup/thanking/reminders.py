"""The morning after a visit everybody is thanked, and asked for survey and commitments in the same mail.

Who was asked by this mail is not asked once more by the first mails of survey and commitments; their reminders come.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from peer_visits.followup.commitments.links import commitment_token
from peer_visits.followup.commitments.queries import LEARNERS, find_sheet, stayed_away
from peer_visits.followup.survey.models import SurveyTicket
from peer_visits.followup.survey.queries import find_ticket_of_person
from peer_visits.followup.survey.reminders import INVITATION, answer_links
from peer_visits.followup.survey.rules import is_open
from peer_visits.kernel.text import phrase
from peer_visits.outbox.reminders import Occasion, Reminder, Span
from peer_visits.outbox.reminding import THANKS, Reminding, remind, told_at
from peer_visits.outbox.services import Mail
from peer_visits.places.messages import about_place
from peer_visits.places.models import Place
from peer_visits.places.reminders import find_places, occasion_of, read_place
from peer_visits.places.rules import last_day
from peer_visits.visits.queries import LAST_DAY


def thank_after_visits(now: datetime) -> int:
    """Thank everyone whose visit has ended; returns how many were."""
    return remind(VISIT_ENDS, now)


def _find(session: Session, span: Span, _now: datetime) -> Sequence[uuid.UUID]:
    return find_places(session, span, LAST_DAY)


def _occasion(session: Session, place_id: uuid.UUID, _now: datetime) -> Occasion | None:
    place = read_place(session, place_id)
    return None if stayed_away(session, place) else occasion_of(place, last_day(place.visit))


def _mails(session: Session, place_id: uuid.UUID, reminder: Reminder, _occasion: Occasion) -> list[Mail]:
    place = read_place(session, place_id)
    now = reminder.moment(_occasion.anchor)
    asked = asks(session, place, now, was_invited=_was_invited(session, place))
    return [about_place(THANKS, place, call=place.visit.call, visit=place.visit, **asked)]


def _was_invited(session: Session, place: Place) -> bool:
    """Whether the survey was mailed before, as it is when somebody opens it by hand."""
    ticket = find_ticket_of_person(session, place.visit_id, place.person_id)
    return ticket is not None and told_at(session, INVITATION, ticket) is not None


def asks(session: Session, place: Place, now: datetime, *, was_invited: bool = False) -> dict[str, Any]:
    """What the mail asks of somebody, as it stands now: the tokens of what is open and not done yet."""
    ticket = None if was_invited else _open_ticket(session, place, now)
    writes = place.kind in LEARNERS and not find_sheet(session, place.id)
    return {
        "survey_token": answer_links(session.info["mail"].secret).make(ticket.id) if ticket else "",
        "closes_at": ticket.survey.closes_at if ticket else None,
        "zone": place.visit.zone,
        "commitments_token": commitment_token(session, place.id) if writes else "",
    }


def _open_ticket(session: Session, place: Place, now: datetime) -> SurveyTicket | None:
    ticket = find_ticket_of_person(session, place.visit_id, place.person_id)
    if ticket is None or ticket.is_answered:
        return None
    return ticket if is_open(ticket.survey.closes_at, ticket.survey.closed_at, now) else None


VISIT_ENDS = Reminding(
    phrase("After a visit has ended"),
    (Reminder(THANKS, phrase("Thanks after a visit"), hours=24, late_hours=96),),
    THANKS,
    Place,
    _find,
    _occasion,
    _mails,
)

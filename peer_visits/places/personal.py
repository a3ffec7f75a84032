"""What places hold about people: who was offered what, what they answered, and why."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from peer_visits.applications.personal import choices_of
from peer_visits.kernel.text import phrase
from peer_visits.outbox.models import Message
from peer_visits.outbox.personal import mails_to_others
from peer_visits.places.models import ChoiceReason, Place, WaitingEntry
from peer_visits.storage.personal import WITH_CALL, Field, Holding, Mention, Whose

_FIELDS = (
    Field(
        phrase("What you said when you gave it up, and whom you proposed instead"),
        phrase("So that the organiser understands, and can ask your colleague."),
        ("note", "substitute_name", "substitute_email"),
    ),
    Field(
        phrase("Why it was offered"),
        phrase("So that every decision has its reason."),
        ("reason",),
    ),
    Field(
        phrase("Visit, state and moments"),
        phrase("To know who comes. Stays as a figure."),
        ("visit_id", "kind", "state", "seat", "offered_at", "answer_by", "settled_at"),
    ),
)
_LEFT = {"note": "", "reason": "", "substitute_name": "", "substitute_email": ""}


def _told_others(whose: Whose) -> ColumnElement[bool]:
    theirs = select(Place.id).where(
        or_(Place.person_id == whose.person_id, Place.choice_id.in_(choices_of(whose)))
    )
    return (Message.about_kind == Place.__tablename__) & Message.about_id.in_(theirs)


HOLDINGS = (
    mails_to_others(phrase("Mails to others about your places"), _told_others),
    Holding(
        Place,
        phrase("Your places in visits"),
        lambda whose: Place.person_id == whose.person_id,
        _FIELDS,
        WITH_CALL,
        through=("person_id",),
        leaves=_LEFT,
    ),
    Holding(
        Place,
        phrase("Places given for your applications"),
        lambda whose: Place.choice_id.in_(choices_of(whose)),
        _FIELDS,
        WITH_CALL,
        leaves=_LEFT,
        of_application=True,
    ),
    Holding(
        Place,
        phrase("Places for which you were proposed instead of a colleague"),
        lambda whose: (Place.substitute_email == whose.email) & (Place.substitute_email != ""),
        (
            Field(
                phrase("Your name and address, as a colleague gave them"),
                phrase("So that the organiser can ask you."),
                ("substitute_name", "substitute_email"),
            ),
        ),
        WITH_CALL,
        leaves={"substitute_name": "", "substitute_email": ""},
    ),
    Holding(
        WaitingEntry,
        phrase("Waiting lists you are on"),
        lambda whose: WaitingEntry.choice_id.in_(choices_of(whose)),
        (
            Field(
                phrase("The visit and whether you still wait"),
                phrase("To offer you a place that becomes free. Stays as a figure."),
                ("visit_id", "state"),
            ),
        ),
        WITH_CALL,
        leaves={},
        of_application=True,
    ),
    Holding(
        ChoiceReason,
        phrase("Why a wish came true or not"),
        lambda whose: ChoiceReason.choice_id.in_(choices_of(whose)),
        (Field(phrase("The reason"), phrase("So that every decision has its reason."), ("reason",)),),
        WITH_CALL,
        leaves={"reason": ""},
        of_application=True,
    ),
)
MENTIONS = (Mention(Place, ("note", "reason")),)

"""What the outbox holds about people: the mails written to them, and addresses that want or take none."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.models import BouncedAddress, Message, Unsubscription
from peer_visits.outbox.states import MessageState
from peer_visits.storage.personal import WITH_ACCOUNT, WITH_CALL, Field, Holding, Mention, Whose
from peer_visits.storage.steps import update_if

# What is left of a mail: that there was one, of which kind, and when.
EMPTY_MAIL = {
    "to_name": "",
    "to_address": "",
    "subject": "",
    "text": "",
    "html": "",
    "calendar": None,
    "data": None,
    "why": "",
    "last_error": "",
}
# Of a mail to somebody else that tells of a person.
EMPTY_WORDS = {name: left for name, left in EMPTY_MAIL.items() if not name.startswith("to_")}
# What tells nobody: what the mail was about, and by which marks it is known.
STAYS_OF_MAIL = frozenset({"kind", "about_kind", "key", "message_id", "language", "reply_to"})
_OVER = (MessageState.SENT, MessageState.WITHDRAWN)

MAIL_FIELDS = (
    Field(
        phrase("Name and address it went to"),
        phrase("To deliver it, and to know that you were told."),
        ("to_name", "to_address", "language"),
    ),
    Field(
        phrase("What it says"),
        phrase("So that both sides can read later what was promised."),
        ("kind", "subject", "text", "html", "calendar", "data"),
    ),
    Field(
        phrase("What became of it"),
        phrase("To send what could not be delivered again, and nothing twice."),
        (
            "state",
            "created_at",
            "sent_at",
            "why",
            "last_error",
            "key",
            "message_id",
            "about_kind",
            "reply_to",
        ),
    ),
)

MAIL_ABOUT_FIELDS = (
    Field(
        phrase("What it says about you"),
        phrase("So that hosts and organisers know what they have to do."),
        ("kind", "subject", "text", "html", "calendar", "data", "why", "last_error"),
    ),
)


def _theirs(whose: Whose) -> ColumnElement[bool]:
    return or_(Message.person_id == whose.person_id, Message.to_address == whose.email)


def _withdraw(session: Session, whose: Whose) -> None:
    withdraw_waiting(session, _theirs(whose))


def withdraw_waiting(session: Session, theirs: ColumnElement[bool]) -> None:
    """Nothing that is emptied leaves any more. What a worker holds at this moment may; then its row is ours again."""
    update_if(
        session,
        Message,
        theirs,
        Message.state.not_in(_OVER),
        state=MessageState.WITHDRAWN,
        held_for=None,
        lease_until=None,
        claim_id=None,
    )


def mails_to_others(
    title: Phrase,
    about: Callable[[Whose], ColumnElement[bool]],
    *,
    kept: Phrase = WITH_CALL,
    of_application: bool = True,
) -> Holding:
    """Mails that tell others of what somebody did: emptied of what they say, and sent no more."""
    return Holding(
        Message,
        title,
        about,
        MAIL_ABOUT_FIELDS,
        kept,
        leaves=EMPTY_WORDS,
        stays=STAYS_OF_MAIL,
        then=lambda session, whose: withdraw_waiting(session, about(whose)),
        of_application=of_application,
        is_shown=False,
    )


HOLDINGS = (
    Holding(
        Message,
        phrase("Mails to you"),
        _theirs,
        MAIL_FIELDS,
        WITH_ACCOUNT,
        through=("person_id",),
        leaves=EMPTY_MAIL,
        stays=STAYS_OF_MAIL,
        then=_withdraw,
    ),
    Holding(
        BouncedAddress,
        phrase("Your address could not be reached"),
        lambda whose: BouncedAddress.address == whose.email,
        (
            Field(
                phrase("The address and what its server answered"),
                phrase("To write to it no more before you have confirmed it."),
                ("address", "at", "answer"),
            ),
        ),
        phrase("Until you confirm your address again."),
    ),
    Holding(
        Unsubscription,
        phrase("Mails you do not want"),
        lambda whose: Unsubscription.address == whose.email,
        (
            Field(
                phrase("The address and the topic you left"),
                phrase("To send you nothing of the kind again."),
                ("address", "topic", "at"),
            ),
        ),
        WITH_ACCOUNT,
    ),
)
ACTS = frozenset({"message.edited_by", "mail_hold.by", "mail_words.changed_by"})
MENTIONS = (Mention(Message, ("subject", "text", "html", "calendar", "data", "why", "last_error")),)
NOBODY = frozenset({"enclosure", "mail_hold", "mail_words", "reminder_setting"})

"""What an organiser does with the outbox. Every step is a conditional update and leaves a line in the log."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.audit.services import record
from peer_visits.calls.models import Programme
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.kernel.text import phrase
from peer_visits.mailing.queries import MailFilter, find_hold, waits_for_a_look
from peer_visits.outbox.editing import copy_message, edit_message
from peer_visits.outbox.gates import GATES, hold_where, release_where
from peer_visits.outbox.models import MailHold, Message
from peer_visits.outbox.private_links import without_private_links
from peer_visits.outbox.reasons import why_gone
from peer_visits.outbox.services import send_again
from peer_visits.outbox.states import MESSAGE, HeldFor, MessageCommand, MessageState
from peer_visits.storage.steps import update_if


def approve_mails(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    programme: Programme,
    wanted: MailFilter,
    ids: Sequence[uuid.UUID],
    expected: int,
) -> int:
    """Let go exactly the mails that were shown: the chosen ones, or all of the filter if none is chosen.

    Raises Refused if there are no longer as many as the organiser saw.
    """
    which = waits_for_a_look(programme.id, wanted)
    if ids:
        which.append(Message.id.in_(ids))
    done = release_where(session, HeldFor.REVIEW, *which)
    if done != expected or not done:
        raise Refused(
            phrase(
                "There are %(n)s mails to send now, not the %(expected)s you saw. Look at them again.",
                n=done,
                expected=expected,
            )
        )
    _record_count(session, actor, now, programme, "mail.approved", done)
    return done


def hold_all(session: Session, *, actor: Person, now: datetime, programme: Programme) -> int:
    """Turn the switch: nothing of the programme leaves any more. Returns how many mails that meets now."""
    if find_hold(session, programme.id):
        raise Stale
    session.add(MailHold(programme_id=programme.id, at=now, by=actor.id))
    session.flush()
    session.info[GATES] = None
    held = hold_where(
        session, HeldFor.SWITCH, Message.programme_id == programme.id, Message.kind != "mail.test"
    )
    _record_count(session, actor, now, programme, "mail.all_held", held)
    return held


def let_all_go(session: Session, *, actor: Person, now: datetime, programme: Programme) -> int:
    """Turn the switch back: what it kept leaves. What waits for a look goes on waiting."""
    hold = find_hold(session, programme.id)
    if hold is None:
        raise Stale
    session.delete(hold)
    session.flush()
    session.info[GATES] = None
    released = release_where(session, HeldFor.SWITCH, Message.programme_id == programme.id)
    _record_count(session, actor, now, programme, "mail.all_released", released)
    return released


def hold_mail(session: Session, *, actor: Person, now: datetime, message: Message) -> None:
    """Hold one mail that has not left. Raises Refused if it has."""
    MESSAGE.step(message.state, MessageCommand.HOLD)
    if not hold_where(session, HeldFor.REVIEW, Message.id == message.id):
        raise Stale
    _record_of(session, actor, now, message, "mail.held")


def withdraw_mail(session: Session, *, actor: Person, now: datetime, message: Message) -> None:
    """Send one mail never. Raises Refused if it has left."""
    after = MESSAGE.step(message.state, MessageCommand.WITHDRAW)
    changed = update_if(
        session,
        Message,
        Message.id == message.id,
        Message.state == message.state,
        (Message.state != MessageState.SENDING) | Message.handed_over_at.is_(None),
        state=after,
        held_for=None,
        lease_until=None,
        claim_id=None,
        why="An organiser withdrew it.",
    )
    if not changed:
        raise Stale
    _record_of(session, actor, now, message, "mail.withdrawn")


def edit_mail(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    message: Message,
    subject: str,
    text: str,
    revision: int,
) -> None:
    """Put other words into a held mail. From then on nothing but people changes them."""
    MESSAGE.step(message.state, MessageCommand.EDIT)
    edit_message(session, message, subject=subject, text=text, revision=revision, editor_id=actor.id, now=now)
    _record_of(session, actor, now, message, "mail.edited")


def send_message_again(session: Session, *, actor: Person, now: datetime, message: Message) -> None:
    """Queue a failed message once more. Raises Refused if it has not failed, or is no longer true."""
    MESSAGE.step(message.state, MessageCommand.SEND_AGAIN)
    _refuse_gone(session, message, now)
    send_again(session, message, now=now)
    _record_of(session, actor, now, message, "mail.sent_again")


def resend_mail(session: Session, *, actor: Person, now: datetime, message: Message) -> Message:
    """Send somebody a mail again that has left: the same words, to the address they have now."""
    if message.state is not MessageState.SENT:
        raise Refused(phrase("Only a mail that has left can be sent once more."))
    _refuse_gone(session, message, now)
    person = session.get(Person, message.person_id) if message.person_id else None
    address = person.email if person else message.to_address
    copy = copy_message(session, message, kind="mail.again", now=now, to_address=address)
    session.flush()
    _record_of(session, actor, now, message, "mail.resent")
    return copy


def send_test(session: Session, *, actor: Person, now: datetime, message: Message) -> Message:
    """The mail to the organiser alone, to see it as it arrives. No calendar part: it would land in a calendar."""
    copy = copy_message(
        session,
        message,
        kind="mail.test",
        now=now,
        person_id=actor.id,
        to_name=actor.name,
        to_address=actor.email,
        subject=f"[Test] {message.subject}"[:250],
        text=without_private_links(message.text),
        html=without_private_links(message.html),
        calendar=None,
    )
    session.flush()
    return copy


def _refuse_gone(session: Session, message: Message, now: datetime) -> None:
    reason = why_gone(session, message, now)
    if reason:
        raise Refused(
            phrase("This mail is no longer true, so it is not sent again: %(reason)s", reason=reason)
        )


def _record_of(session: Session, actor: Person, now: datetime, message: Message, action: str) -> None:
    record(
        session,
        actor=actor,
        now=now,
        action=action,
        subject=message,
        programme_id=message.programme_id,
        kind=message.kind,
    )


def _record_count(
    session: Session, actor: Person, now: datetime, programme: Programme, action: str, count: int
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        action=action,
        subject=programme,
        programme_id=programme.id,
        count=count,
    )

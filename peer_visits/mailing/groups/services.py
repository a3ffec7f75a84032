"""Writing a group mail, and sending it: one mail to each person, in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.audit.services import record
from peer_visits.calls.models import Call, Programme
from peer_visits.files.models import StoredFile
from peer_visits.files.services import AcceptedFile, keep_file
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.parts import in_parts
from peer_visits.kernel.text import phrase
from peer_visits.mailing.groups.messages import TEST, to_oneself, to_person, to_team
from peer_visits.mailing.groups.models import GroupMail
from peer_visits.mailing.groups.queries import read_reach
from peer_visits.mailing.groups.rules import Candidate, Reach
from peer_visits.mailing.groups.states import GROUP, Audience, GroupCommand, GroupState
from peer_visits.outbox.models import Enclosure, Message
from peer_visits.outbox.services import post
from peer_visits.outbox.states import MessageState
from peer_visits.storage.steps import update_if, update_one
from peer_visits.visits.models import Visit

MOST_FILES = 5
# Many servers refuse a mail of more than 10 MB, and in a mail a file grows by a third.
MOST_BYTES = 7 * 1024 * 1024
# People fetched at once.
CHUNK = 500


@dataclass(frozen=True)
class GroupContent:
    """What an organiser has typed. `where` is nothing, a call or a visit."""

    audience: Audience
    statuses: Sequence[str]
    where: uuid.UUID | None = None
    subject: str = ""
    body: str = ""
    reply_to: str = ""
    copies_to_team: bool = False


def begin_group_mail(
    session: Session, *, actor: Person, now: datetime, programme: Programme, content: GroupContent
) -> GroupMail:
    """Keep a new draft."""
    group = GroupMail(
        programme_id=programme.id,
        created_by=actor.id,
        created_at=now,
        saved_at=now,
        audience=content.audience,
    )
    _write(session, group, content)
    session.add(group)
    session.flush()
    record(session, actor=actor, now=now, action="group_mail.begun", subject=group, programme_id=programme.id)
    return group


def save_group_mail(
    session: Session, *, actor: Person, now: datetime, group: GroupMail, version: int, content: GroupContent
) -> None:
    """Keep a draft as it is typed. Raises Stale if somebody else saved meanwhile."""
    GROUP.step(group.state, GroupCommand.SAVE)
    _raise_version(session, group, version)
    _write(session, group, content)
    group.saved_at = now
    session.flush()
    record(
        session,
        actor=actor,
        now=now,
        action="group_mail.saved",
        subject=group,
        programme_id=group.programme_id,
    )


def _raise_version(session: Session, group: GroupMail, version: int) -> None:
    update_one(
        session,
        GroupMail,
        GroupMail.id == group.id,
        GroupMail.version == version,
        GroupMail.state == GroupState.DRAFT,
        version=version + 1,
    )


def _write(session: Session, group: GroupMail, content: GroupContent) -> None:
    group.audience, group.statuses = content.audience, list(content.statuses)
    group.subject, group.body, group.reply_to = content.subject, content.body, content.reply_to
    group.copies_to_team = content.copies_to_team
    group.call_id, group.visit_id = _where(session, group.programme_id, content.where)


def _where(
    session: Session, programme_id: uuid.UUID, where: uuid.UUID | None
) -> tuple[uuid.UUID | None, uuid.UUID | None]:
    """Call and visit, which have to be of the programme."""
    if where is None:
        return None, None
    visit = session.get(Visit, where)
    call = session.get(Call, visit.call_id if visit else where)
    if call is None or call.programme_id != programme_id:
        raise Refused(phrase("Choose a call or a visit of this programme."), field="where")
    return call.id, visit.id if visit else None


def enclose_file(
    session: Session, *, actor: Person, now: datetime, group: GroupMail, accepted: AcceptedFile
) -> StoredFile:
    """Let a file go along. Raises Refused if there are too many, or they are too much for a mail."""
    GROUP.step(group.state, GroupCommand.SAVE)
    sizes = select(func.count(), func.coalesce(func.sum(StoredFile.size), 0), func.max(Enclosure.position))
    count, size, last = session.execute(
        sizes.select_from(Enclosure)
        .join(StoredFile, StoredFile.id == Enclosure.file_id)
        .where(Enclosure.group_id == group.id)
    ).one()
    if count >= MOST_FILES:
        raise Refused(phrase("At most %(n)s files can go with a mail.", n=MOST_FILES), field="file")
    if size + accepted.size > MOST_BYTES:
        raise Refused(
            phrase(
                "Together the files would be larger than %(n)s MB, which many mail servers refuse.",
                n=MOST_BYTES // 1024**2,
            ),
            field="file",
        )
    stored = keep_file(session, accepted, now=now, created_by=actor.id)
    session.add(Enclosure(group_id=group.id, file_id=stored.id, position=(last or 0) + 1))
    session.flush()
    return stored


def take_file_out(session: Session, *, group: GroupMail, file_id: uuid.UUID) -> None:
    """The file does not go along after all."""
    GROUP.step(group.state, GroupCommand.SAVE)
    enclosure = session.get(Enclosure, (group.id, file_id))
    if enclosure:
        session.delete(enclosure)
        session.flush()


def discard_group_mail(session: Session, *, actor: Person, now: datetime, group: GroupMail) -> None:
    """Throw a draft away. Tests of it that were sent to oneself stay, on their own."""
    GROUP.step(group.state, GroupCommand.SAVE)
    update_if(session, Message, Message.group_id == group.id, group_id=None)
    session.execute(delete(Enclosure).where(Enclosure.group_id == group.id))
    record(
        session,
        actor=actor,
        now=now,
        action="group_mail.discarded",
        subject=group,
        programme_id=group.programme_id,
    )
    session.delete(group)
    session.flush()


def send_group_mail(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    group: GroupMail,
    version: int,
    mark: str,
    hold: bool,
) -> int:
    """One mail to each person that was shown, or none at all. Returns how many mails were written.

    Raises Refused if others would get it by now, or if it was sent already, and Stale if its words changed.
    """
    after = GROUP.step(group.state, GroupCommand.SEND)
    found = read_reach(session, group, now)
    if not found.recipients or found.mark != mark:
        raise Refused(
            phrase(
                "By now %(n)s people would get this mail, and not exactly those you saw. Look at them again.",
                n=found.count,
            )
        )
    _raise_version(session, group, version)
    group.state, group.sent_at, group.sent_by, group.saved_at = after, now, actor.id, now
    group.left_out = len(found.left_out)
    session.flush()
    _post_all(session, group, found, now=now, hold=hold)
    record(
        session,
        actor=actor,
        now=now,
        action="group_mail.sent",
        subject=group,
        programme_id=group.programme_id,
        count=found.count,
        held=hold,
    )
    return found.count


def _post_all(session: Session, group: GroupMail, found: Reach, *, now: datetime, hold: bool) -> None:
    programme = session.get_one(Programme, group.programme_id)
    people = _people(session, [*found.recipients, *found.copies])
    for one in found.recipients:
        post(session, to_person(group, programme, people[one.person_id], one), now=now, hold=hold)
    reached = len(found.recipients)
    for one in found.copies:
        copy = to_team(group, programme, people[one.person_id], one, reached=reached)
        post(session, copy, now=now, hold=hold)
    session.flush()


def _people(session: Session, candidates: Sequence[Candidate]) -> dict[uuid.UUID, Person]:
    ids = [one.person_id for one in candidates]
    found: dict[uuid.UUID, Person] = {}
    for part in in_parts(ids, CHUNK):
        found |= {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(part)))}
    return found


def write_one(session: Session, *, now: datetime, group: GroupMail, candidate: Candidate) -> Message:
    """The mail as one person would get it: for a preview, in a transaction that is undone."""
    programme = session.get_one(Programme, group.programme_id)
    person = session.get_one(Person, candidate.person_id)
    message = post(session, to_person(group, programme, person, candidate), now=now)
    session.flush()
    return message


def send_group_test(session: Session, *, actor: Person, now: datetime, group: GroupMail) -> Message:
    """The mail to the organiser alone, with what is enclosed; it leaves although all mail may be held."""
    if not group.subject or not group.body:
        raise Refused(phrase("Write a subject and a text first."))
    programme = session.get_one(Programme, group.programme_id)
    message = post(session, to_oneself(group, programme, actor, version=str(new_id())), now=now)
    message.kind, message.data = TEST, None
    message.state, message.held_for, message.why = MessageState.QUEUED, None, ""
    message.subject = f"[Test] {message.subject}"[:250]
    session.flush()
    record(
        session,
        actor=actor,
        now=now,
        action="mail.tested",
        subject=message,
        programme_id=group.programme_id,
        kind="group.mail",
    )
    return message

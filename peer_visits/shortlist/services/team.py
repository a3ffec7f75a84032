"""The host team: inviting by mail, joining by a link that is good once, leaving in mid-work."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.accounts.services import find_person
from peer_visits.audit.services import record
from peer_visits.kernel.errors import NotFound, Refused
from peer_visits.kernel.ids import digest, new_id, new_secret
from peer_visits.kernel.text import phrase
from peer_visits.outbox.services import post, withdraw_messages
from peer_visits.shortlist import messages
from peer_visits.shortlist.models import FormerMember, HostInvitation
from peer_visits.shortlist.queries.team import find_open_invitation
from peer_visits.shortlist.services.sharing_out import share_out
from peer_visits.shortlist.services.state import lock_shortlist
from peer_visits.shortlist.states import InvitationState
from peer_visits.storage.steps import update_if
from peer_visits.visits.models import HostMember, Visit
from peer_visits.visits.states import HostRole

GOOD_FOR = timedelta(days=14)


def invite(
    session: Session, *, actor: Person, now: datetime, visit: Visit, email: str, role: HostRole
) -> HostInvitation:
    """Mail an address a link to join the team. An earlier invitation of the same address ends by it."""
    lock_shortlist(session, visit)
    person = find_person(session, email)
    if person and session.get(HostMember, (visit.id, person.id)):
        raise Refused(phrase("This person is in the team already."), field="email")
    _end_earlier(session, visit, email, now)
    secret = new_secret()
    invitation = HostInvitation(
        id=new_id(),
        visit_id=visit.id,
        email=email,
        role=role,
        digest=digest(secret),
        invited_by=actor.id,
        created_at=now,
        expires_at=now + GOOD_FOR,
    )
    session.add(invitation)
    session.flush()
    post(session, messages.invited(invitation, visit, actor, person, secret), now=now)
    _record(session, actor, now, visit, "team.invited", role=role)
    return invitation


def _end_earlier(session: Session, visit: Visit, email: str, now: datetime) -> None:
    earlier = session.scalar(
        select(HostInvitation).where(
            HostInvitation.visit_id == visit.id,
            HostInvitation.email == email,
            HostInvitation.state == InvitationState.OPEN,
        )
    )
    if earlier:
        earlier.state, earlier.settled_at = InvitationState.WITHDRAWN, now
        session.flush()
        withdraw_messages(session, earlier)


def withdraw_invitation(
    session: Session, *, actor: Person, now: datetime, visit: Visit, invitation_id: uuid.UUID
) -> None:
    """The link is worth nothing from now on. Raises Refused if somebody has joined by it."""
    invitation = session.get(HostInvitation, invitation_id)
    if invitation is None or invitation.visit_id != visit.id:
        raise NotFound
    if not _settle(session, invitation, now, InvitationState.WITHDRAWN):
        raise Refused(phrase("This invitation has been accepted or withdrawn already."))
    withdraw_messages(session, invitation)
    _record(session, actor, now, visit, "team.invitation_withdrawn", role=invitation.role)


def accept_invitation(session: Session, *, actor: Person, now: datetime, secret: str) -> Visit:
    """Join by the link. It is bound to its address, and one conditional update lets one press count."""
    invitation = find_open_invitation(session, secret, now=now)
    if invitation is None:
        raise Refused(phrase("This link has been used or is too old. Ask for a new one."))
    if actor.email != invitation.email:
        raise Refused(phrase("This invitation was sent to another address. Sign in with that one."))
    if not _settle(session, invitation, now, InvitationState.ACCEPTED, accepted_by=actor.id):
        raise Refused(phrase("This link has been used or is too old. Ask for a new one."))
    visit = session.get_one(Visit, invitation.visit_id)
    lock_shortlist(session, visit)
    add_member(session, visit, actor, invitation.role)
    _record(session, actor, now, visit, "team.joined", role=invitation.role)
    return visit


def join_with_new_account(
    session: Session, *, now: datetime, secret: str, name: str, password_hash: str
) -> Person:
    """Make the account of the invited address and join. The link came by mail, so it proves the address."""
    invitation = find_open_invitation(session, secret, now=now)
    if invitation is None:
        raise Refused(phrase("This link has been used or is too old. Ask for a new one."))
    if find_person(session, invitation.email):
        raise Refused(phrase("There is an account for this address by now. Sign in with it."))
    person = Person(
        id=new_id(),
        email=invitation.email,
        name=name,
        password_hash=password_hash,
        email_verified_at=now,
        created_at=now,
    )
    session.add(person)
    session.flush()
    record(session, actor=person, now=now, action="account.registered", subject=person)
    accept_invitation(session, actor=person, now=now, secret=secret)
    return person


def _settle(
    session: Session, invitation: HostInvitation, now: datetime, state: InvitationState, **values: object
) -> bool:
    is_open = (HostInvitation.id == invitation.id, HostInvitation.state == InvitationState.OPEN)
    return update_if(session, HostInvitation, *is_open, state=state, settled_at=now, **values) == 1


def add_member(session: Session, visit: Visit, person: Person, role: HostRole) -> None:
    """Put somebody into the team and share the reading out anew. A lead who is invited again stays lead."""
    member = session.get(HostMember, (visit.id, person.id))
    if member is None:
        session.add(HostMember(visit_id=visit.id, person_id=person.id, role=role))
    elif member.role is not HostRole.LEAD:
        member.role = role
    former = session.get(FormerMember, (visit.id, person.id))
    if former:
        session.delete(former)
    session.flush()
    share_out(session, visit)


def remove_member(
    session: Session, *, actor: Person, now: datetime, visit: Visit, person_id: uuid.UUID, as_organiser: bool
) -> None:
    """Take somebody off the team: their readings stay on record, what they have not begun goes to others.

    Only the organiser can leave a visit without a lead.
    """
    lock_shortlist(session, visit)
    member = session.get(HostMember, (visit.id, person_id))
    if member is None:
        raise Refused(phrase("This person is not in the team any more."))
    if member.role is HostRole.LEAD and not as_organiser and _count_leads(session, visit) < 2:
        raise Refused(phrase("A team keeps a lead. Ask the organiser, or invite another lead first."))
    person = session.get_one(Person, person_id)
    role = member.role
    session.delete(member)
    end_membership(session, visit, person_id, now)
    _record(session, actor, now, visit, "team.left", role=role)
    if person_id != actor.id:
        post(session, messages.taken_off(visit, person, actor, now), now=now)


def end_membership(session: Session, visit: Visit, person_id: uuid.UUID, now: datetime) -> None:
    """What follows when somebody has left a team: it is remembered, and the reading is shared out anew."""
    session.merge(FormerMember(visit_id=visit.id, person_id=person_id, ended_at=now))
    session.flush()
    share_out(session, visit)


def _count_leads(session: Session, visit: Visit) -> int:
    query = select(func.count()).where(HostMember.visit_id == visit.id, HostMember.role == HostRole.LEAD)
    return session.scalar(query) or 0


def _record(
    session: Session, actor: Person, now: datetime, visit: Visit, action: str, *, role: HostRole
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        action=action,
        subject=visit,
        programme_id=visit.call.programme_id,
        role=role,
    )

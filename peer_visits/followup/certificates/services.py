"""Issuing certificates, taking them back, and saying what they ask for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.audit.services import record
from peer_visits.followup.certificates.codes import new_code
from peer_visits.followup.certificates.messages import about_certificate
from peer_visits.followup.certificates.models import Certificate, CertificateRule
from peer_visits.followup.certificates.queries import Roll, Standing, read_roll
from peer_visits.followup.certificates.states import CERTIFICATE, CertificateCommand
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.kernel.zones import to_wall
from peer_visits.outbox.services import post, withdraw_messages
from peer_visits.storage.steps import update_one
from peer_visits.visits.models import Visit
from peer_visits.visits.queries import list_visits_of_call


def issue_certificates(session: Session, *, actor: Person | None, now: datetime, visit: Visit) -> int:
    """Certify everybody who is entitled and never was, and mail it to them; returns how many.

    Raises Refused before the visit is over, or when there is nobody.
    """
    roll = _locked_roll(session, visit, now)
    if not roll.waiting:
        raise Refused(phrase("Nobody is waiting for a certificate."))
    return len(_issue(session, actor, now, roll, roll.waiting))


def issue_anew(
    session: Session, *, actor: Person, now: datetime, visit: Visit, certificate: Certificate
) -> Certificate:
    """A new certificate with a new code for somebody whose last one was withdrawn, by what is known now.

    Raises Refused if they hold one, or are not entitled any more.
    """
    roll = _locked_roll(session, visit, now)
    standing = next((one for one in roll.standings if one.place.id == certificate.place_id), None)
    if standing is None or not standing.is_entitled:
        raise Refused(phrase("By the lists as they are now, this person is not entitled to a certificate."))
    if standing.has_one:
        raise Refused(phrase("This person holds a certificate already."))
    return _issue(session, actor, now, roll, [standing])[0]


def _locked_roll(session: Session, visit: Visit, now: datetime) -> Roll:
    session.execute(select(Visit.id).where(Visit.id == visit.id).with_for_update())
    roll = read_roll(session, visit)
    if not roll.is_over(now):
        raise Refused(phrase("Certificates can be issued once the last session is over."))
    return roll


def _issue(
    session: Session, actor: Person | None, now: datetime, roll: Roll, standings: Sequence[Standing]
) -> list[Certificate]:
    issued = [_certificate(roll, one, actor, now) for one in standings]
    session.add_all(issued)
    session.flush()
    for certificate, standing in zip(issued, standings, strict=True):
        mail = about_certificate("certificate.ready", certificate, standing.place.person, roll.visit)
        post(session, mail, now=now)
    record(
        session,
        actor=actor,
        now=now,
        action="certificates.issued",
        subject=roll.visit,
        programme_id=roll.visit.call.programme_id,
        count=len(issued),
    )
    return issued


def _certificate(roll: Roll, one: Standing, actor: Person | None, now: datetime) -> Certificate:
    visit, person = roll.visit, one.place.person
    starts_at, ends_at = cast(datetime, roll.starts_at), cast(datetime, roll.ends_at)
    return Certificate(
        place_id=one.place.id,
        code=new_code(),
        name=person.name,
        organisation=person.organisation,
        title=visit.title,
        host=visit.host_name,
        town=visit.place,
        country=visit.country,
        programme=visit.call.programme.name,
        starts_on=to_wall(starts_at, visit.zone).date(),
        ends_on=to_wall(ends_at, visit.zone).date(),
        minutes=one.minutes,
        held_minutes=roll.held_minutes,
        issued_at=now,
        issued_by=actor.id if actor else None,
    )


def withdraw_certificate(
    session: Session, *, actor: Person, now: datetime, visit: Visit, certificate: Certificate, reason: str
) -> None:
    """Take a certificate back and tell its person why. Raises Refused if it is taken back already."""
    state = CERTIFICATE.step(certificate.state, CertificateCommand.WITHDRAW)
    update_one(
        session,
        Certificate,
        Certificate.id == certificate.id,
        Certificate.state == certificate.state,
        state=state,
        withdrawn_at=now,
        withdrawn_by=actor.id,
        reason=reason,
    )
    withdraw_messages(session, certificate, kind="certificate.ready")
    mail = about_certificate(
        "certificate.withdrawn", certificate, certificate.place.person, visit, reason=reason
    )
    post(session, mail, now=now)
    record(
        session,
        actor=actor,
        now=now,
        action="certificate.withdraw",
        subject=certificate,
        programme_id=visit.call.programme_id,
    )


def set_rule(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    visit: Visit,
    share: int,
    is_automatic: bool,
    for_whole_call: bool = False,
) -> None:
    """Say what a visit, or every visit of its call, asks for its certificates. What is issued stays."""
    visits = list_visits_of_call(session, visit.call_id) if for_whole_call else [visit]
    for one in visits:
        rule = session.get(CertificateRule, one.id) or CertificateRule(visit_id=one.id)
        rule.share, rule.is_automatic = share, is_automatic
        session.add(rule)
    session.flush()
    record(
        session,
        actor=actor,
        now=now,
        action="certificates.rule_set",
        subject=visit,
        programme_id=visit.call.programme_id,
        share=share,
        count=len(visits),
    )

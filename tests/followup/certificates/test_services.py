"""Issuing certificates and taking them back, and the sweep that does the former by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import Attendance
from peer_visits.followup.certificates.access import get_certificate_of_visit
from peer_visits.followup.certificates.models import Certificate, CertificateRule
from peer_visits.followup.certificates.queries import list_attendance_of_call, read_roll
from peer_visits.followup.certificates.rules import GRACE
from peer_visits.followup.certificates.services import (
    issue_anew,
    issue_certificates,
    set_rule,
    withdraw_certificate,
)
from peer_visits.followup.certificates.states import CertificateState
from peer_visits.followup.certificates.sweeps import issue_due_certificates
from peer_visits.kernel.errors import Refused
from peer_visits.outbox.models import Message
from peer_visits.outbox.reasons import why_gone
from peer_visits.outbox.states import MessageState
from peer_visits.storage.transaction import db, reading, writing
from peer_visits.visits.models import Visit
from tests.support.factories import NOW, make_visit
from tests.support.followup_factories import BEGINS, ENDS, Ended, make_ended_visit
from tests.support.statements import counting

# Of three hours: all of them, half of them, nothing.
CAME = {"Ann": (1, 3), "Ben": (2,), "Cat": ()}


def certified(session: Session) -> dict[str, CertificateState]:
    session.expire_all()
    return {
        one.name: one.state for one in session.scalars(select(Certificate).order_by(Certificate.issued_at))
    }


def issue(session: Session, ended: Ended) -> int:
    return issue_certificates(session, actor=ended.host, now=NOW, visit=ended.visit)


def certificate_of(session: Session, name: str) -> Certificate:
    return session.scalars(select(Certificate).where(Certificate.name == name)).one()


def mails(session: Session) -> list[tuple[str, str]]:
    query = select(Message.to_name, Message.kind).order_by(Message.created_at, Message.kind, Message.to_name)
    return [(one.to_name, one.kind) for one in session.execute(query)]


def test_the_roll_counts_minutes_of_the_clock_and_only_noted_sessions(session: Session) -> None:
    ended = make_ended_visit(session, CAME)
    roll = read_roll(session, ended.visit)
    assert (roll.sessions, roll.published, roll.held_minutes) == (3, 3, 180)
    assert [(one.place.person.name, one.minutes, one.is_entitled) for one in roll.standings] == [
        ("Ann", 180, True),
        ("Ben", 90, False),
        ("Cat", 0, False),
    ]
    session.execute(delete(Attendance).where(Attendance.session_id == ended.sessions[2]))
    roll = read_roll(session, ended.visit)
    assert (roll.sessions, roll.held_minutes) == (2, 90)
    assert [one.is_entitled for one in roll.standings] == [True, True, False]


def test_who_is_entitled_gets_one_certificate_by_mail(session: Session) -> None:
    ended = make_ended_visit(session, CAME)
    assert issue(session, ended) == 1
    one = certificate_of(session, "Ann")
    assert (one.minutes, one.held_minutes, one.title) == (180, 180, ended.visit.title)
    assert (one.starts_on, one.ends_on) == (BEGINS.date(), ENDS.date())
    assert mails(session) == [("Ann", "certificate.ready")]
    [text] = session.scalars(select(Message.text))
    assert f"/certificates/{one.code}/certificate.pdf" in text
    with pytest.raises(Refused, match="Nobody is waiting"):
        issue(session, ended)


def test_nothing_is_certified_before_the_end(session: Session) -> None:
    ended = make_ended_visit(session, CAME)
    with pytest.raises(Refused, match="once the last session is over"):
        issue_certificates(session, actor=ended.host, now=ENDS - timedelta(minutes=1), visit=ended.visit)


def test_a_rule_of_the_visit_or_of_the_whole_call(session: Session) -> None:
    ended = make_ended_visit(session, CAME)
    sibling = make_visit(session, ended.call)
    set_rule(session, actor=ended.organiser, now=NOW, visit=ended.visit, share=50, is_automatic=False)
    assert session.get(CertificateRule, sibling.id) is None
    assert issue(session, ended) == 2
    set_rule(
        session,
        actor=ended.organiser,
        now=NOW,
        visit=ended.visit,
        share=70,
        is_automatic=True,
        for_whole_call=True,
    )
    assert [session.get_one(CertificateRule, one.id).share for one in (ended.visit, sibling)] == [70, 70]
    assert set(certified(session)) == {"Ann", "Ben"}  # what is issued stays


def test_a_withdrawn_certificate_is_told_and_its_first_mail_kept_back(session: Session) -> None:
    ended = make_ended_visit(session, CAME)
    issue(session, ended)
    one = certificate_of(session, "Ann")
    withdraw_certificate(
        session, actor=ended.organiser, now=NOW, visit=ended.visit, certificate=one, reason="Misspelt."
    )
    session.refresh(one)
    assert (one.state, one.reason, one.withdrawn_at) == (CertificateState.WITHDRAWN, "Misspelt.", NOW)
    states = {one.kind: one.state for one in session.scalars(select(Message))}
    assert states["certificate.ready"] is MessageState.WITHDRAWN
    assert states["certificate.withdrawn"] is MessageState.QUEUED
    with pytest.raises(Refused, match="withdrawn already"):
        withdraw_certificate(
            session, actor=ended.organiser, now=NOW, visit=ended.visit, certificate=one, reason="Again."
        )


def test_a_new_certificate_has_a_new_code_and_the_name_of_today(session: Session) -> None:
    ended = make_ended_visit(session, CAME)
    issue(session, ended)
    old = certificate_of(session, "Ann")
    with pytest.raises(Refused, match="holds a certificate already"):
        issue_anew(session, actor=ended.host, now=NOW, visit=ended.visit, certificate=old)
    withdraw_certificate(
        session, actor=ended.host, now=NOW, visit=ended.visit, certificate=old, reason="Misspelt."
    )
    assert read_roll(session, ended.visit).waiting == []  # a withdrawn one is nobody's turn by itself
    ended.places["Ann"].person.name = "Anne"
    later = NOW + timedelta(minutes=1)
    new = issue_anew(session, actor=ended.host, now=later, visit=ended.visit, certificate=old)
    assert (new.name, old.name) == ("Anne", "Ann")
    assert new.code != old.code


def test_the_mail_of_a_certificate_is_true_while_it_counts(session: Session) -> None:
    ended = make_ended_visit(session, CAME)
    issue(session, ended)
    [message] = session.scalars(select(Message))
    assert why_gone(session, message, NOW) is None
    one = certificate_of(session, "Ann")
    one.state, one.withdrawn_at = CertificateState.WITHDRAWN, NOW
    session.flush()
    assert why_gone(session, message, NOW) is not None


def test_they_go_out_by_themselves_once_and_to_whom_a_mended_list_entitles(app: Flask) -> None:
    with writing() as session:
        ended = make_ended_visit(session, CAME)
        ben, third = ended.places["Ben"].person_id, ended.sessions[2]
    assert issue_due_certificates(ENDS + GRACE - timedelta(minutes=1)) == 0
    assert issue_due_certificates(ENDS + GRACE) == 1
    assert issue_due_certificates(ENDS + GRACE + timedelta(minutes=1)) == 0
    with writing() as session:
        session.get_one(Attendance, (third, ben)).was_there = True
    assert issue_due_certificates(ENDS + GRACE + timedelta(days=1)) == 1
    assert set(certified(reading())) == {"Ann", "Ben"}


def test_by_hand_nothing_goes_out_by_itself_and_a_withdrawn_one_stays_so(app: Flask) -> None:
    with writing() as session:
        ended = make_ended_visit(session, CAME)
        set_rule(session, actor=ended.organiser, now=NOW, visit=ended.visit, share=80, is_automatic=False)
        visit, organiser = ended.visit.id, ended.organiser.id
    assert issue_due_certificates(ENDS + GRACE) == 0
    with writing() as session:
        session.get_one(CertificateRule, visit).is_automatic = True
    assert issue_due_certificates(ENDS + GRACE) == 1
    with writing() as session:
        one = certificate_of(session, "Ann")
        found = get_certificate_of_visit(session, session.get_one(Visit, visit), one.id)
        withdraw_certificate(
            session,
            actor=session.get_one(Person, organiser),
            now=NOW,
            visit=session.get_one(Visit, visit),
            certificate=found,
            reason="No.",
        )
    assert issue_due_certificates(ENDS + GRACE + timedelta(hours=1)) == 0


def test_the_organiser_sees_who_never_came(session: Session) -> None:
    ended = make_ended_visit(session, CAME)
    issue(session, ended)
    other = make_visit(session, ended.call)
    rows = list_attendance_of_call(session, ended.call.id)
    found = {row.visit.id: (row.participants, row.came, row.certified) for row in rows}
    assert found == {ended.visit.id: (3, 2, 1), other.id: (0, 0, 0)}
    assert [one.name for row in rows for one in row.no_shows] == ["Cat"]


def test_the_pages_cost_the_same_for_few_and_many(session: Session) -> None:
    costs = []
    for people in (1, 9):
        ended = make_ended_visit(session, {f"P{number}": (1, 3) for number in range(people)})
        issue(session, ended)
        session.expire_all()
        visit, call_id = ended.visit, ended.call.id
        assert visit.title  # loaded
        with counting(db.engine) as seen:
            read_roll(session, visit)
            list_attendance_of_call(session, call_id)
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 14

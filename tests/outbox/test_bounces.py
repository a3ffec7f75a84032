"""Returned mail, as servers really write it: reports, plain words, delays, and what is no bounce at all."""

from __future__ import annotations

import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask

from peer_visits.accounts.models import Person
from peer_visits.kernel import clock
from peer_visits.outbox.bounces import Verdict, take_bounce
from peer_visits.outbox.gates import find_flag, trust_address
from peer_visits.outbox.models import Message
from peer_visits.outbox.return_path import return_path
from peer_visits.outbox.states import HeldFor, MessageState
from peer_visits.storage.transaction import reading, writing
from tests.outbox.mails import SETTINGS, messages, put_message
from tests.support.factories import make_person

REPORT = """Return-Path: <>
Delivered-To: {to}
From: Mail Delivery System <MAILER-DAEMON@mx.example.net>
To: visits@example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="XX"

--XX
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--XX
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Mon, 4 May 2026 12:00:00 +0200

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--XX
Content-Type: {original}

Message-ID: {message_id}
Subject: A place for you

--XX--
"""
VACATION = """Return-Path: <>
Delivered-To: {to}
From: Ada <ada@example.org>
Subject: Out of office
Auto-Submitted: auto-replied

I am away until 550 5.1.1 next week.
"""
PLAIN = """Return-Path: <>
Delivered-To: {to}
From: MAILER-DAEMON@old.example.net
Subject: failure notice

Hi. This is the qmail-send program at old.example.net.
<ada@example.org>:
192.0.2.1 does not like recipient. Remote host said: 550 no such user here
"""


@pytest.fixture
def sent(app: Flask) -> Message:
    with writing() as session:
        person = make_person(session, email="ada@example.org")
        return put_message(session, person=person, state=MessageState.SENT)


def report(message: Message, **changes: str) -> bytes:
    values = {
        "to": return_path("bounces@example.org", message.id, SETTINGS.secret),
        "recipient": "ada@example.org",
        "action": "failed",
        "status": "5.1.1",
        "diagnostic": "550 5.1.1 <ada@example.org>: User unknown",
        "original": "message/rfc822",
        "message_id": message.message_id,
        **changes,
    }
    return REPORT.format(**values).replace("\n", "\r\n").encode()


def take(raw: bytes) -> Verdict:
    with writing() as session:
        return take_bounce(session, raw, settings=SETTINGS, now=clock.now())


def test_a_final_report_fails_the_message_and_flags_the_address(sent: Message) -> None:
    raw = report(sent)
    assert take(raw) is Verdict.BOUNCED
    [row] = messages()
    assert row.state is MessageState.FAILED
    assert "User unknown" in row.last_error
    flag = find_flag(reading(), "ada@example.org")
    assert flag is not None
    assert "5.1.1" in flag.answer
    assert take(raw) is Verdict.BOUNCED, "the same report twice changes nothing more"
    assert [one.state for one in messages()] == [MessageState.FAILED]


@pytest.mark.parametrize("original", ["message/rfc822", "text/rfc822-headers"])
def test_without_return_path_the_message_id_and_the_recipient_decide(sent: Message, original: str) -> None:
    raw = report(sent, to="visits@example.org", original=original)
    assert take(raw) is Verdict.BOUNCED


def test_a_stranger_cannot_flag_an_address(sent: Message) -> None:
    forged = return_path("bounces@example.org", sent.id, "not the secret")
    assert take(report(sent, to=forged, message_id="<made-up@example.org>")) is Verdict.UNKNOWN
    assert take(report(sent, to=forged, recipient="bob@example.org")) is Verdict.UNKNOWN
    assert find_flag(reading(), "ada@example.org") is None


@pytest.mark.parametrize(("action", "status"), [("delayed", "4.4.1"), ("failed", "4.4.7")])
def test_what_is_only_late_flags_nobody(sent: Message, action: str, status: str) -> None:
    raw = report(sent, action=action, status=status, diagnostic="451 greylisted")
    assert take(raw) is Verdict.DELAYED
    assert [row.state for row in messages()] == [MessageState.SENT]
    assert find_flag(reading(), "ada@example.org") is None


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_good_news_is_no_bounce(sent: Message, action: str) -> None:
    assert take(report(sent, action=action, status="2.0.0")) is Verdict.NOT_A_BOUNCE


def test_plain_words_count_only_under_our_return_path(sent: Message) -> None:
    to = return_path("bounces@example.org", sent.id, SETTINGS.secret)
    assert take(VACATION.format(to=to).encode()) is Verdict.NOT_A_BOUNCE
    assert take(PLAIN.format(to="visits@example.org").encode()) is Verdict.NOT_A_BOUNCE
    assert take(PLAIN.format(to=to).encode()) is Verdict.BOUNCED


@pytest.mark.parametrize(
    "raw", [b"", b"\x00\xff", b"Subject: x", b"Content-Type: multipart/report\r\n\r\n--"]
)
def test_rubbish_is_no_bounce(app: Flask, raw: bytes) -> None:
    assert take(raw) is Verdict.NOT_A_BOUNCE


def test_mail_to_a_flagged_address_waits_until_it_is_confirmed(sent: Message) -> None:
    with writing() as session:
        put_message(session, person=session.get_one(Person, sent.person_id))
    take(report(sent))
    with writing() as session:
        put_message(session, person=session.get_one(Person, sent.person_id))
    held = [row for row in messages() if row.state is MessageState.HELD]
    assert [row.held_for for row in held] == [HeldFor.ADDRESS] * 2, "both what waited and what came later"
    assert all("confirmed again" in row.why for row in held)
    with writing() as session:
        assert trust_address(session, "Ada@Example.org") == 2
    assert sorted(row.state for row in messages()) == ["failed", "queued", "queued"]


def test_the_command_reads_a_pipe_an_mbox_and_a_maildir(app: Flask, tmp_path: Path) -> None:
    settings = app.extensions["session_info"]["mail"]
    with writing() as session:
        three = [put_message(session, state=MessageState.SENT) for _ in range(3)]
        raws = [
            report(one, to=return_path("b@example.org", one.id, settings.secret), recipient=one.to_address)
            for one in three
        ]
    runner = app.test_cli_runner()
    assert runner.invoke(args=["bounces"], input=raws[0]).output == "1 bounced\n"
    box = mailbox.mbox(tmp_path / "box")
    box.add(raws[1])
    box.add(b"Subject: hello\n\nno bounce\n")
    box.close()
    assert runner.invoke(args=["bounces", str(tmp_path / "box")]).output == "1 bounced, 1 not a bounce\n"
    assert len(mailbox.mbox(tmp_path / "box")) == 1, "what was understood is taken out, the rest stays"
    folder = mailbox.Maildir(tmp_path / "dir")
    folder.add(EmailMessage())
    folder.add(raws[2])
    assert runner.invoke(args=["bounces", str(tmp_path / "dir"), "--keep"]).output == (
        "1 bounced, 1 not a bounce\n"
    )
    assert len(mailbox.Maildir(tmp_path / "dir")) == 2
    assert {row.state for row in messages()} == {MessageState.FAILED}

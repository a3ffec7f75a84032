"""The worker's batch against a real SMTP server: every answer of the server ends in its named state."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from peer_visits.kernel import clock
from peer_visits.outbox.models import Message
from peer_visits.outbox.sending import claim_due, release_expired, send_due
from peer_visits.outbox.services import post_test_messages, send_again, withdraw_messages
from peer_visits.outbox.states import MessageState
from peer_visits.outbox.transport import SmtpTransport
from peer_visits.storage.transaction import reading, writing
from tests.support.smtp import Sink, smtp_sink

SENDER = "Peer Visits <visits@example.org>"
LEASE = timedelta(minutes=5)


@pytest.fixture
def sink() -> Iterator[tuple[Sink, str]]:
    with smtp_sink() as running:
        yield running


def queue(count: int, address: str = "ada@example.org") -> None:
    with writing() as session:
        post_test_messages(session, address=address, count=count, now=clock.now())


def send(app: Flask, url: str) -> int:
    return send_due(SmtpTransport(app, url, sender=SENDER))


def messages() -> list[Message]:
    reading().rollback()
    return list(reading().scalars(select(Message).order_by(Message.subject)))


def test_all_due_messages_leave_once_with_their_own_message_id(app: Flask, sink: tuple[Sink, str]) -> None:
    server, url = sink
    queue(3)
    assert send(app, url) == 3
    assert send(app, url) == 0
    rows = messages()
    assert [row.state for row in rows] == [MessageState.SENT] * 3
    assert server.count_by_message_id() == {row.message_id: 1 for row in rows}


def test_mail_has_both_parts_says_it_is_automatic_and_hides_this_machine(
    app: Flask, sink: tuple[Sink, str]
) -> None:
    server, url = sink
    queue(1)
    send(app, url)
    [mail] = server.mails
    assert [part.get_content_type() for part in mail.walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
    ]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert server.greetings == {"example.org"}
    assert socket.gethostname() not in mail.as_string()


def test_a_temporary_refusal_comes_back_later(app: Flask, sink: tuple[Sink, str]) -> None:
    server, url = sink
    server.at_recipient = lambda _address: "450 greylisted, try again"
    queue(1)
    before = clock.now()
    send(app, url)
    [row] = messages()
    assert (row.state, row.attempts, row.may_be_twice) == (MessageState.QUEUED, 1, False)
    assert row.not_before >= before + timedelta(minutes=1)
    assert "450" in row.last_error


def test_a_final_refusal_is_parked_for_a_person_and_can_be_sent_again(
    app: Flask, sink: tuple[Sink, str]
) -> None:
    server, url = sink
    server.at_recipient = lambda _address: "550 no such mailbox"
    queue(1)
    send(app, url)
    [row] = messages()
    assert row.state is MessageState.FAILED
    assert "550" in row.last_error
    with writing() as session:
        send_again(session, session.get_one(Message, row.id), now=clock.now())
    server.at_recipient = lambda _address: "250 OK"
    send(app, url)
    assert [message.state for message in messages()] == [MessageState.SENT]


def test_one_bad_of_many_does_not_hold_up_the_others(app: Flask, sink: tuple[Sink, str]) -> None:
    server, url = sink
    server.at_recipient = lambda address: "550 no" if "bad" in address else "250 OK"
    queue(2)
    queue(1, "bad@example.org")
    queue(2)
    send(app, url)
    states = sorted(row.state for row in messages())
    assert states == [MessageState.FAILED] + [MessageState.SENT] * 4


def test_a_server_that_is_down_postpones_everything(app: Flask) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"smtp://127.0.0.1:{nobody.getsockname()[1]}"
        queue(3)
        send(app, url)
    assert {row.state for row in messages()} == {MessageState.QUEUED}
    assert all(row.last_error and row.not_before > clock.now() for row in messages())


def test_a_temporary_answer_to_the_data_is_tried_again_on_a_new_connection(
    app: Flask, sink: tuple[Sink, str]
) -> None:
    server, url = sink
    answers = iter(["421 closing", "250 OK", "250 OK"])
    server.at_data = lambda _envelope: next(answers)
    queue(3)
    send(app, url)
    assert sorted(row.state for row in messages()) == [
        MessageState.QUEUED,
        MessageState.SENT,
        MessageState.SENT,
    ]


def test_a_line_break_in_a_header_fails_for_good(app: Flask, sink: tuple[Sink, str]) -> None:
    queue(1)
    with writing() as session:
        session.scalars(select(Message)).one().subject = "Hello\nBcc: everyone@example.org"
    send(app, sink[1])
    [row] = messages()
    assert row.state is MessageState.FAILED
    assert sink[0].accepted == []


def test_two_workers_never_claim_the_same_message(app: Flask) -> None:
    queue(3)
    with writing() as session:
        first = claim_due(session, clock.now(), LEASE)
    with writing() as session:
        second = claim_due(session, clock.now(), LEASE)
    assert len(first) == 3
    assert second == []


def test_a_dead_workers_messages_come_back_and_only_handed_over_ones_are_flagged(app: Flask) -> None:
    queue(2)
    with writing() as session:
        claimed = claim_due(session, clock.now(), LEASE)
        session.get_one(Message, claimed[0]).handed_over_at = clock.now()
    with writing() as session:
        assert release_expired(session, clock.now()) == 0
    with writing() as session:
        assert release_expired(session, clock.now() + LEASE * 2) == 2
    flags = {row.id: row.may_be_twice for row in messages()}
    assert flags == {claimed[0]: True, claimed[1]: False}
    assert {row.state for row in messages()} == {MessageState.QUEUED}


def test_an_orderly_stop_lets_go_of_what_was_not_reached(app: Flask, sink: tuple[Sink, str]) -> None:
    queue(3)
    send_due(SmtpTransport(app, sink[1], sender=SENDER), stopping=lambda: len(sink[0].accepted) >= 1)
    states = sorted(row.state for row in messages())
    assert states == [MessageState.QUEUED, MessageState.QUEUED, MessageState.SENT]


def test_a_message_whose_reason_is_gone_is_withdrawn_not_sent(app: Flask, sink: tuple[Sink, str]) -> None:
    queue(2)
    with writing() as session:
        one = session.scalars(select(Message)).all()[0]

        class About:
            id = one.about_id
            __tablename__ = one.about_kind

        assert withdraw_messages(session, About()) == 2
    assert send(app, sink[1]) == 0
    assert sink[0].accepted == []


def test_a_message_of_later_waits(app: Flask, sink: tuple[Sink, str]) -> None:
    queue(1)
    with writing() as session:
        session.scalars(select(Message)).one().not_before = clock.now() + timedelta(hours=1)
    assert send(app, sink[1]) == 0

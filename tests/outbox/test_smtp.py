"""The talk with the server, with and without PIPELINING: nothing is given before it is marked, all answers are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask

from peer_visits.kernel import clock
from peer_visits.kernel.text import phrase
from peer_visits.outbox.models import Message
from peer_visits.outbox.reasons import Reason
from peer_visits.outbox.sending import send_due
from peer_visits.outbox.services import post_test_messages
from peer_visits.outbox.states import MessageState
from peer_visits.outbox.transport import SmtpTransport
from peer_visits.storage.transaction import writing
from tests.outbox.mails import SETTINGS, messages, put_message
from tests.support.smtp import DROP, Sink, smtp_sink


@pytest.fixture(params=["one by one", "PIPELINING"])
def sink(request: pytest.FixtureRequest) -> Iterator[tuple[Sink, str]]:
    with smtp_sink() as (server, url):
        server.pipelining = request.param == "PIPELINING"
        yield server, url


@pytest.fixture
def judge(app: Flask) -> Iterator[Callable[[Reason], None]]:
    """Gives test messages a reason."""
    info = app.extensions["session_info"]
    kept = info["mail_reasons"]

    def give(reason: Reason) -> None:
        info["mail_reasons"] = {**kept, "test.message": reason}

    yield give
    info["mail_reasons"] = kept


def queue(count: int, address: str = "ada@example.org") -> None:
    with writing() as session:
        post_test_messages(session, address=address, count=count, now=clock.now())


def send(app: Flask, url: str) -> int:
    transport = SmtpTransport(app, url, SETTINGS)
    try:
        return send_due(transport).taken
    finally:
        transport.close()


def test_many_mails_leave_whole_over_one_connection(app: Flask, sink: tuple[Sink, str]) -> None:
    server, url = sink
    with writing() as session:
        for text in ("A line.\n.\n..\n.hidden\nEnd.\n", "Ω and ł\n", "no newline at the end", ""):
            put_message(session, text=text)
    send(app, url)
    rows = {row.message_id: row.text for row in messages()}
    assert server.connections == 1
    for mail in server.mails():
        body = mail.get_body(("plain",)).get_content()  # type: ignore[attr-defined]
        assert body.replace("\r\n", "\n").rstrip("\n") == rows[mail["Message-ID"]].rstrip("\n")
    assert len(server.mails()) == 4


@pytest.mark.parametrize(
    ("at_recipient", "states"),
    [
        (["550 5.7.1 no"], ["failed", "sent", "sent"]),
        (["450 later"], ["queued", "sent", "sent"]),
        (["421 closing"], ["queued", "sent", "sent"]),
        ([DROP], ["queued", "sent", "sent"]),
    ],
)
def test_an_answer_to_one_mail_is_not_taken_for_anothers(
    app: Flask, sink: tuple[Sink, str], at_recipient: list[str], states: list[str]
) -> None:
    server, url = sink
    answers = iter(at_recipient)
    server.at_recipient = lambda _address: next(answers, "250 OK")
    queue(3)
    send(app, url)
    assert sorted(row.state for row in messages()) == states
    assert len(server.accepted) == 2


@pytest.mark.parametrize("answer", ["550 5.7.1 no", "451 4.3.0 later", "421 closing"])
def test_a_refused_sender_meets_one_mail_only(app: Flask, sink: tuple[Sink, str], answer: str) -> None:
    server, url = sink
    answers = iter([answer])
    server.at_sender = lambda _address: next(answers, "250 OK")
    queue(2)
    send(app, url)
    lost = MessageState.FAILED if answer.startswith("5") else MessageState.QUEUED
    assert sorted(row.state for row in messages()) == sorted([lost, MessageState.SENT])
    assert len(server.accepted) == 1


def test_what_is_withdrawn_at_the_last_moment_gives_nothing_away(
    app: Flask, sink: tuple[Sink, str], judge: Callable[[Reason], None]
) -> None:
    server, url = sink
    judge(Reason(gone=lambda _s, one, _n: phrase("It is over.") if "2 of" in one.subject else None))
    queue(3)
    send(app, url)
    states = {row.subject[:14]: row.state for row in messages()}
    assert sorted(states.values()) == ["sent", "sent", "withdrawn"]
    assert states["Test message 2"] is MessageState.WITHDRAWN
    assert (len(server.accepted), server.connections) == (2, 1)


def test_an_address_that_changes_at_the_last_moment_is_the_one_that_gets_it(
    app: Flask, sink: tuple[Sink, str], judge: Callable[[Reason], None]
) -> None:
    server, url = sink

    def refresh(_session: object, _message: Message, data: dict[str, object]) -> dict[str, object]:
        return data

    judge(Reason(gone=lambda _s, _m, _n: None, refresh=refresh))
    with writing() as session:
        rows = [put_message(session, data={"number": 1, "count": 1}) for _ in range(2)]
        rows[0].to_address = "old@example.org"
    send(app, url)
    assert len(server.accepted) == 2
    assert "old@example.org" not in {address for one in server.accepted for address in one.rcpt_tos}
    assert {row.state for row in messages()} == {MessageState.SENT}


def test_a_mail_that_cannot_be_judged_keeps_no_other_back(
    app: Flask, sink: tuple[Sink, str], judge: Callable[[Reason], None]
) -> None:
    server, url = sink

    def gone(_session: object, message: Message, _now: object) -> None:
        if "2 of" in message.subject:
            raise KeyError("a fault of ours")

    judge(Reason(gone=gone))
    queue(3)
    send(app, url)
    found = {row.subject[:14]: row for row in messages()}
    bad = found.pop("Test message 2")
    assert {row.state for row in found.values()} == {MessageState.SENT}
    assert (bad.state, bad.attempts, bad.last_error) == (MessageState.QUEUED, 1, "not judged: KeyError")
    assert bad.not_before > clock.now() + timedelta(seconds=30)
    assert len(server.accepted) == 2


def test_the_last_mail_is_settled_when_the_way_out_is_lost(app: Flask, sink: tuple[Sink, str]) -> None:
    """The first one arrives, the server hangs up, and nobody answers any more."""
    server, url = sink
    queue(3)
    transport = SmtpTransport(app, url, SETTINGS)

    def accept_and_go(_envelope: object) -> str:
        transport._mail.port = 1  # type: ignore[attr-defined]
        return "250 OK"

    server.at_data = accept_and_go
    server.at_recipient = lambda _address: DROP if server.accepted else "250 OK"
    assert send_due(transport).no_way
    rows = messages()
    assert sorted(row.state for row in rows) == ["queued", "queued", "sent"]
    assert {row.attempts for row in rows} == {1}
    assert not any(row.may_be_twice for row in rows)

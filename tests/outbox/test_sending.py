"""The worker's batch against a real SMTP server: every answer of the server ends in its named state."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from peer_visits.kernel import clock
from peer_visits.outbox import sending
from peer_visits.outbox.claiming import claim_due, release_expired
from peer_visits.outbox.gates import find_flag
from peer_visits.outbox.models import Message
from peer_visits.outbox.return_path import read_return_path
from peer_visits.outbox.sending import send_due
from peer_visits.outbox.services import post_test_messages, send_again, withdraw_messages
from peer_visits.outbox.states import MessageState
from peer_visits.outbox.transport import SmtpTransport
from peer_visits.storage.transaction import reading, writing
from tests.outbox.mails import SETTINGS, messages, put_message, put_reminder
from tests.support.smtp import DROP, Sink, smtp_sink

LEASE = timedelta(minutes=5)


@pytest.fixture
def sink() -> Iterator[tuple[Sink, str]]:
    with smtp_sink() as running:
        yield running


def queue(count: int, address: str = "ada@example.org") -> None:
    with writing() as session:
        post_test_messages(session, address=address, count=count, now=clock.now())


def send(app: Flask, url: str) -> int:
    transport = SmtpTransport(app, url, SETTINGS)
    try:
        return send_due(transport).taken
    finally:
        transport.close()


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
    [mail] = server.mails()
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
        first = claim_due(session, clock.now(), LEASE).message_ids
    with writing() as session:
        second = claim_due(session, clock.now(), LEASE).message_ids
    assert len(first) == 3
    assert second == []


def test_a_dead_workers_messages_come_back_and_only_handed_over_ones_are_flagged(app: Flask) -> None:
    queue(2)
    with writing() as session:
        claimed = claim_due(session, clock.now(), LEASE).message_ids
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
    send_due(SmtpTransport(app, sink[1], SETTINGS), stopping=lambda: len(sink[0].accepted) >= 1)
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


def test_many_mails_and_many_batches_go_over_one_connection(app: Flask, sink: tuple[Sink, str]) -> None:
    server, url = sink
    transport = SmtpTransport(app, url, SETTINGS)
    for _batch in range(3):
        queue(4)
        send_due(transport)
    transport.close()
    assert (server.connections, len(server.accepted)) == (1, 12)


def test_the_return_path_of_each_mail_names_it(app: Flask, sink: tuple[Sink, str]) -> None:
    server, url = sink
    queue(3)
    send(app, url)
    named = {read_return_path(str(one.mail_from), SETTINGS.secret) for one in server.accepted}
    assert named == {row.id for row in messages()}


def test_only_what_is_not_essential_can_be_left_by_one_click(app: Flask, sink: tuple[Sink, str]) -> None:
    server, url = sink
    row = put_reminder()
    queue(1)
    send(app, url)
    reminder, test = sorted(server.mails(), key=lambda mail: mail["Message-ID"] != row.message_id)
    assert reminder["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert reminder["List-Unsubscribe"].startswith("<https://visits.example.org/mail/unsubscribe/")
    assert test["List-Unsubscribe"] is None


@pytest.mark.parametrize(
    ("at_recipient", "at_data"),
    [
        (["450 later"], []),
        (["451 4.7.1 greylisted"], []),
        (["421 closing"], []),
        ([DROP], []),
        ([], ["451 later"]),
        ([], ["421 closing"]),
        ([], [DROP]),
    ],
)
def test_what_is_temporary_meets_one_mail_only(
    app: Flask, sink: tuple[Sink, str], at_recipient: list[str], at_data: list[str]
) -> None:
    """The others leave over the same connection, or a new one; the one comes back."""
    server, url = sink
    recipients, texts = iter(at_recipient), iter(at_data)
    server.at_recipient = lambda _address: next(recipients, "250 OK")
    server.at_data = lambda _envelope: next(texts, "250 OK")
    queue(3)
    send(app, url)
    rows = messages()
    assert sorted(row.state for row in rows) == ["queued", "sent", "sent"]
    [late] = [row for row in rows if row.state is MessageState.QUEUED]
    assert (late.attempts, late.handed_over_at) == (1, None)
    assert late.not_before > clock.now()
    assert find_flag(reading(), late.to_address) is None


@pytest.mark.parametrize(
    ("answer", "is_flagged"),
    [
        ("550 no such mailbox", True),
        ("550 5.1.1 unknown user", True),
        ("553 not allowed", True),
        ("550 5.7.1 we do not like you", False),
        ("552 5.2.2 mailbox full", False),
        ("554 no", False),
    ],
)
def test_only_an_unknown_address_is_flagged(
    app: Flask, sink: tuple[Sink, str], answer: str, is_flagged: bool
) -> None:
    server, url = sink
    server.at_recipient = lambda _address: answer
    queue(1)
    send(app, url)
    [row] = messages()
    assert row.state is MessageState.FAILED
    assert (find_flag(reading(), row.to_address) is not None) is is_flagged


def test_a_refused_text_stops_that_mail_alone(app: Flask, sink: tuple[Sink, str]) -> None:
    server, url = sink
    answers = iter(["550 5.7.1 looks like spam"])
    server.at_data = lambda _envelope: next(answers, "250 OK")
    queue(2)
    send(app, url)
    assert sorted(row.state for row in messages()) == ["failed", "sent"]
    assert server.connections == 1


def test_a_rate_counts_over_all_workers(app: Flask, sink: tuple[Sink, str]) -> None:
    queue(10)
    with clock.frozen(clock.now()):
        with writing() as session:
            taken = claim_due(session, clock.now(), LEASE, per_minute=4).message_ids
        assert len(taken) == 4
        with writing() as session:
            assert claim_due(session, clock.now(), LEASE, per_minute=4).message_ids == []
            assert len(claim_due(session, clock.now(), LEASE, per_minute=6).message_ids) == 2


def test_the_next_minute_has_room_again(app: Flask, sink: tuple[Sink, str]) -> None:
    queue(5)
    transport = SmtpTransport(app, sink[1], SETTINGS)
    start = clock.now()
    with clock.frozen(start):
        assert [send_due(transport, per_minute=3).taken for _ in range(2)] == [3, 0]
    with clock.frozen(start + timedelta(seconds=59)):
        assert send_due(transport, per_minute=3).taken == 0
    with clock.frozen(start + timedelta(seconds=61)):
        assert send_due(transport, per_minute=3).taken == 2
    transport.close()


def test_a_worker_that_lost_its_lease_settles_nothing(app: Flask, sink: tuple[Sink, str]) -> None:
    """It slept while its lease ended, and another worker took the message over."""
    server, url = sink
    queue(1)

    def meanwhile(_envelope: object) -> str:
        with app.app_context(), writing() as session:
            release_expired(session, clock.now() + LEASE * 2)
            claim_due(session, clock.now(), LEASE)
        return "250 OK"

    server.at_data = meanwhile
    send(app, url)
    [row] = messages()
    assert (row.state, row.may_be_twice) == (MessageState.SENDING, True), "it is the other one's now"


def test_a_reminder_that_would_come_too_late_is_withdrawn(app: Flask, sink: tuple[Sink, str]) -> None:
    put_reminder(not_after=clock.now() - timedelta(seconds=1))
    send(app, sink[1])
    [row] = messages()
    assert (row.state, sink[0].accepted) == (MessageState.WITHDRAWN, [])
    assert "too late" in row.why


@pytest.mark.parametrize(
    "name", ["Ada\r\nBcc: eve@example.org", "Ada\u202eevE", "Ada\x07\x1b", "Å" * 200, "a" * 200]
)
@pytest.mark.parametrize("subject", ["Hello " * 40, "Ω" * 250, "לום \u2067 עולם"])
def test_no_line_is_too_long_and_no_header_is_smuggled(
    app: Flask, sink: tuple[Sink, str], name: str, subject: str
) -> None:
    server, url = sink
    with writing() as session:
        put_message(
            session, to_name=name, subject=subject[:250].strip(), text="x" * 5000, html="<p>" + "y" * 5000
        )
    send(app, url)
    [envelope] = server.accepted
    raw = bytes(envelope.content)  # type: ignore[arg-type]
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    [mail] = server.mails()
    assert mail["Bcc"] is None
    assert not {"\u202e", "\x00", "\x07"} & set(str(mail["To"]))
    assert mail.get_body(("plain",)).get_content().strip() == "x" * 5000  # type: ignore[attr-defined]


@pytest.mark.parametrize("address", ["ädä@example.org", "ada@ex ample.org", "ada@example.org\r\nX: y"])
def test_an_address_that_no_mail_can_hold_fails_for_good(
    app: Flask, sink: tuple[Sink, str], address: str
) -> None:
    with writing() as session:
        put_message(session, to_address=address)
    queue(1)
    send(app, sink[1])
    states = {row.to_address: row.state for row in messages()}
    assert states[address] is MessageState.FAILED
    assert states["ada@example.org"] is MessageState.SENT


def test_nothing_in_a_mail_names_this_machine_or_its_zone(app: Flask, sink: tuple[Sink, str]) -> None:
    queue(1)
    send(app, sink[1])
    [mail] = sink[0].mails()
    assert mail["Date"].endswith("+0000")
    assert mail["Message-ID"].endswith("@example.org>")
    assert "Received" not in mail


def test_a_worker_that_goes_on_keeps_its_pace(
    app: Flask, sink: tuple[Sink, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The window is wide, so that a slow machine does not narrow the handful."""
    monkeypatch.setattr(sending, "WINDOW", 60.0)
    server, url = sink
    marked: list[int] = []

    def note(_envelope: object) -> str:
        marked.append(marked_now(app))
        return "250 OK"

    server.at_data = note
    transport, pace = SmtpTransport(app, url, SETTINGS), sending.Pace()
    queue(3)
    send_due(transport, pace=pace)
    queue(4)
    send_due(transport, pace=pace)
    transport.close()
    assert marked == [1, 2, 2, 4, 4, 4, 4]


def marked_now(app: Flask) -> int:
    """How many mails are marked as about to leave, and not settled."""
    with app.app_context():
        query = select(func.count()).where(Message.handed_over_at.is_not(None), Message.state == "sending")
        return reading().scalar(query) or 0


def test_what_a_closed_window_keeps_from_leaving_is_marked_anew(
    app: Flask, sink: tuple[Sink, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The third handful holds four mails; it is cut short after two of them."""
    server, url = sink
    marked: list[int] = []

    def note(_envelope: object) -> str:
        marked.append(marked_now(app))
        return "250 OK"

    monkeypatch.setattr(sending, "WINDOW", 60.0)
    cut: list[bool] = []

    def stopping() -> bool:
        if len(server.accepted) == 4 and not cut:
            cut.append(True)
            return True
        return False

    server.at_data = note
    queue(9)
    transport = SmtpTransport(app, url, SETTINGS)
    send_due(transport, stopping=stopping)
    send_due(transport, stopping=stopping)
    transport.close()
    assert marked[:4] == [1, 2, 2, 4]
    assert {(row.state, row.attempts, row.may_be_twice) for row in messages()} == {
        (MessageState.SENT, 1, False)
    }
    assert set(server.count_by_message_id().values()) == {1}

"""Measures how fast mail leaves, beside bare smtplib on one connection to the same server, in one run.

    .venv/bin/python -m benchmarks.mail [--count 1000] [--rounds 3] [--memory 10000] [--database sqlite:///...]

Each round sends the same mails twice: first their bytes, made before, by `smtplib`; then through the outbox, with every
row marked before and after, on a database that syncs each commit. Exit code 1 if the outbox is slower than 0.7 of the
bare rate, or if memory grows over the last nine tenths of `--memory` mails by more than a tenth.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import smtplib
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from peer_visits.kernel import clock
from peer_visits.outbox.mime import as_mail
from peer_visits.outbox.models import Message
from peer_visits.outbox.rendering import MailSettings
from peer_visits.outbox.sending import send_due
from peer_visits.outbox.services import post_test_messages
from peer_visits.outbox.states import MessageState
from peer_visits.outbox.transport import SmtpTransport
from peer_visits.storage.transaction import reading, writing
from tests.support.apps import empty_database, make_app, test_settings
from tests.support.ports import free_port

LEAST_RATIO = 0.7
MOST_GROWTH = 1.1
SETTINGS = MailSettings(
    "https://visits.example.org",
    "Peer Visits <v@example.org>",
    secret="benchmark",
    bounce_address="b@example.org",
)


def main() -> int:
    """Measure, print, and say whether the promise holds."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder, sink() as url:
        database = arguments.database or f"sqlite:///{folder}/mail.sqlite"
        app = make_app(test_settings(Path(folder), database))
        with app.app_context():
            ratios = [measure(app, url, arguments.count) for _ in range(arguments.rounds)]
            growth = measure_memory(app, url, arguments.memory) if arguments.memory else 1.0
    ratio = statistics.median(ratios)
    print(f"outbox / bare smtplib: {ratio:.2f} (median of {len(ratios)}); memory grew to {growth:.3f}")
    return int(ratio < LEAST_RATIO or growth > MOST_GROWTH)


def measure(app: Flask, url: str, count: int) -> float:
    """One round: the rate of the outbox divided by the rate of bare smtplib."""
    queue(count)
    raws = [as_bytes(app, row) for row in reading().scalars(select(Message).limit(count))]
    reading().rollback()
    bare = count / seconds_bare(url, raws)
    ours = count / seconds_outbox(app, url)
    print(f"{count} mails: bare {bare:.0f}/s, outbox {ours:.0f}/s, ratio {ours / bare:.2f}")
    return ours / bare


def queue(count: int) -> None:
    """Nothing but `count` test messages."""
    empty_database()
    for _chunk in range(0, count, 1000):
        with writing() as session:
            post_test_messages(session, address="ada@example.org", count=min(1000, count), now=clock.now())


def as_bytes(app: Flask, row: Message) -> bytes:
    """The mail as it goes over the wire."""
    if "mail" not in app.extensions:
        SmtpTransport(app, "smtp://127.0.0.1", SETTINGS)
    return bytes(as_mail(row, SETTINGS).as_bytes())


def seconds_bare(url: str, raws: list[bytes]) -> float:
    """How long smtplib takes over one connection."""
    host, port = url.removeprefix("smtp://").split(":")
    begun = time.perf_counter()
    with smtplib.SMTP(host, int(port), local_hostname="example.org") as server:
        for raw in raws:
            server.sendmail("v@example.org", ["ada@example.org"], raw)
    return time.perf_counter() - begun


def seconds_outbox(app: Flask, url: str) -> float:
    """How long the outbox takes until nothing is due."""
    transport = SmtpTransport(app, url, SETTINGS)
    begun = time.perf_counter()
    while send_due(transport).taken:
        pass
    transport.close()
    taken = time.perf_counter() - begun
    left = reading().scalar(select(func.count()).where(Message.state != MessageState.SENT))
    reading().rollback()
    if left:
        raise RuntimeError(f"{left} mails did not leave")
    return taken


def measure_memory(app: Flask, url: str, count: int) -> float:
    """The largest memory after all mails, divided by that after a tenth of them."""
    queue(count)
    transport, sent, early = SmtpTransport(app, url, SETTINGS), 0, 0.0
    begun = time.perf_counter()
    while taken := send_due(transport).taken:
        sent += taken
        if not early and sent >= count / 10:
            early = resident()
    transport.close()
    rate = sent / (time.perf_counter() - begun)
    print(f"{sent} mails at {rate:.0f}/s: {early:.1f} MB after a tenth, {resident():.1f} MB at the end")
    return resident() / early


def resident() -> float:
    """Memory of this process in megabytes: the largest so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def sink() -> Iterator[str]:
    """A mail server in a process of its own that forgets what it accepts."""
    port = free_port()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(port,), daemon=True)
    process.start()
    try:
        _wait(port)
        yield f"smtp://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.join()


def _serve(port: int) -> None:
    from aiosmtpd.controller import Controller
    from aiosmtpd.handlers import Sink

    os.nice(0)
    Controller(Sink(), hostname="127.0.0.1", port=port).start()
    time.sleep(86_400)


def _wait(port: int) -> None:
    for _try in range(200):
        try:
            smtplib.SMTP("127.0.0.1", port, timeout=5).quit()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server does not answer")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", type=int, default=10_000)
    parser.add_argument("--database", default="")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())

"""Measures how fast mail leaves, beside bare smtplib on one connection to the same server, in one run.

    .venv/bin/python -m benchmarks.mail [--pairs 15] [--count 200] [--memory 10000] [--kind test] [--no-pipelining]

Each pair sends the same mails twice to the same process: their bytes, made before, by `sendmail` of smtplib; and
through the outbox, each claimed, judged, marked, written and settled in a database on disk, by the handful. Which goes
first alternates, and pairs are short, so that both meet the same moods of the machine. `--kind offer` sends offers of
places: each is judged against the records it tells of in the transaction that marks its handful. The server is that of
aiosmtpd; it announces PIPELINING, as mail servers do, unless told not to.

Exit code 1 if the median ratio is below 0.7, or if memory at the end of `--memory` mails is more than a tenth above
that after their first tenth.
"""

from __future__ import annotations

import argparse
import multiprocessing
import smtplib
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from benchmarks.mail_kinds import queue_offers, queue_tests
from peer_visits.outbox.mime import as_bytes, envelope_sender
from peer_visits.outbox.models import Message
from peer_visits.outbox.rendering import MailSettings
from peer_visits.outbox.sending import Pace, send_due
from peer_visits.outbox.states import MessageState
from peer_visits.outbox.transport import SmtpTransport
from peer_visits.storage.transaction import reading
from tests.support.apps import make_app, test_settings
from tests.support.databases import empty_database
from tests.support.ports import free_port

LEAST_RATIO = 0.7
MOST_GROWTH = 1.1
SETTINGS = MailSettings(
    "https://visits.example.org",
    "Peer Visits <v@example.org>",
    secret="benchmark",
    bounce_address="b@example.org",
)
KINDS: dict[str, Callable[[int], None]] = {"test": queue_tests, "offer": queue_offers}
Raw = tuple[str, str, bytes]


def main() -> int:
    """Measure, print, and say whether the promise holds."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder, sink(pipelining=arguments.pipelining) as url:
        database = arguments.database or f"sqlite:///{folder}/mail.sqlite"
        app = make_app(test_settings(Path(folder), database))
        with app.app_context():
            queue = KINDS[arguments.kind]
            pairs = [measure(app, url, queue, arguments.count, n) for n in range(arguments.pairs + 1)][1:]
            ratio = report(arguments, pairs)
            growth = measure_memory(app, url, arguments.memory) if arguments.memory else 1.0
    return int(ratio < LEAST_RATIO or growth > MOST_GROWTH)


def measure(
    app: Flask, url: str, queue: Callable[[int], None], count: int, number: int
) -> tuple[float, float]:
    """One pair: mails per second of bare smtplib, and of the outbox."""
    empty_database()
    queue(count)
    raws = [_raw(row) for row in reading().scalars(select(Message))]
    reading().rollback()
    if number % 2:
        bare, outbox = seconds_bare(url, raws), seconds_outbox(app, url)
    else:
        outbox, bare = seconds_outbox(app, url), seconds_bare(url, raws)
    return len(raws) / bare, len(raws) / outbox


def report(arguments: argparse.Namespace, pairs: list[tuple[float, float]]) -> float:
    """Print the pairs (the first, which warms up, is not among them); the median of their ratios."""
    ratios = [outbox / bare for bare, outbox in pairs]
    for (bare, outbox), ratio in zip(pairs, ratios, strict=True):
        print(f"  bare {bare:5.0f}/s   outbox {outbox:5.0f}/s   ratio {ratio:.2f}")
    middle = statistics.median(ratios)
    print(
        f"{arguments.kind}: outbox / bare smtplib {middle:.2f} (median of {len(pairs)} pairs of {arguments.count}"
        f" mails, {min(ratios):.2f} to {max(ratios):.2f}), PIPELINING {'on' if arguments.pipelining else 'off'}"
    )
    return middle


def _raw(row: Message) -> Raw:
    return envelope_sender(row, SETTINGS), row.to_address, as_bytes(row, SETTINGS)


def seconds_bare(url: str, raws: list[Raw]) -> float:
    """How long smtplib takes over one connection."""
    host, port = url.removeprefix("smtp://").split(":")
    begun = time.perf_counter()
    with smtplib.SMTP(host, int(port), local_hostname="example.org") as server:
        for sender, address, raw in raws:
            server.sendmail(sender, [address], raw)
    return time.perf_counter() - begun


def seconds_outbox(app: Flask, url: str) -> float:
    """How long the outbox takes until nothing is due."""
    transport = SmtpTransport(app, url, SETTINGS)
    pace = Pace()
    begun = time.perf_counter()
    while send_due(transport, pace=pace).taken:
        pass
    transport.close()
    taken = time.perf_counter() - begun
    left = reading().scalar(select(func.count()).where(Message.state != MessageState.SENT))
    reading().rollback()
    if left:
        raise RuntimeError(f"{left} mails did not leave")
    return taken


def measure_memory(app: Flask, url: str, count: int) -> float:
    """Memory after all mails, divided by that after a tenth of them."""
    empty_database()
    queue_tests(count)
    transport, pace, sent, shown = SmtpTransport(app, url, SETTINGS), Pace(), 0, {0: resident()}
    begun = time.perf_counter()
    while taken := send_due(transport, pace=pace).taken:
        sent += taken
        if count // 10 not in shown and sent >= count // 10:
            shown[count // 10] = resident()
    transport.close()
    rate, shown[sent] = sent / (time.perf_counter() - begun), resident()
    figures = ", ".join(f"{memory:.1f} MB after {mails}" for mails, memory in shown.items())
    growth = shown[sent] / shown[count // 10]
    print(f"memory: {figures} mails, x {growth:.3f}; {rate:.0f} mails/s")
    return growth


def resident() -> float:
    """Memory that this process has now, in megabytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1024 / 1024


@contextmanager
def sink(*, pipelining: bool) -> Iterator[str]:
    """A mail server in a process of its own that forgets what it accepts."""
    port = free_port()
    process = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(port, pipelining), daemon=True
    )
    process.start()
    try:
        _wait(port)
        yield f"smtp://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.join()


def _serve(port: int, pipelining: bool) -> None:
    from aiosmtpd.controller import Controller
    from aiosmtpd.handlers import Sink

    class Pipelining(Sink):
        async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
            self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
        ) -> list[str]:
            session.host_name = hostname
            return [responses[0], "250-PIPELINING", *responses[1:]]

    handler = Pipelining() if pipelining else Sink()
    Controller(handler, hostname="127.0.0.1", port=port).start()
    time.sleep(86_400)


def _wait(port: int) -> None:
    for _try in range(1000):
        try:
            smtplib.SMTP("127.0.0.1", port, timeout=5).quit()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server does not answer")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=15)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--memory", type=int, default=10_000)
    parser.add_argument("--kind", choices=sorted(KINDS), default="test")
    parser.add_argument("--database", default="")
    parser.add_argument("--no-pipelining", dest="pipelining", action="store_false")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())

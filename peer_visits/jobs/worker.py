"""One worker: sends what is due and runs the sweeps. Any number of them may run."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, TypeVar

from flask import Flask, current_app

from peer_visits.jobs.sweeps import LONG_WORK, SWEEPS, LongWork
from peer_visits.kernel import clock
from peer_visits.outbox.sending import LEASE, Pace, Round, send_due
from peer_visits.outbox.transport import Transport

if TYPE_CHECKING:
    from peer_visits.jobs.wake_queue import Bell

log = logging.getLogger(__name__)

T = TypeVar("T")

# How long a worker trusts that the bell would ring; then it looks for itself.
IDLE_SECONDS = 1.0
# How long everything waits when there was no way to the mail server at all.
PAUSE = timedelta(seconds=15)
# How long the connection is kept while there is nothing to send.
KEEP = timedelta(seconds=5)
SWEEP_EVERY = timedelta(minutes=1)


class Worker:
    """The loop. SIGTERM and SIGINT end it after the message at hand."""

    def __init__(
        self, transport: Transport, bell: Bell, *, lease: timedelta = LEASE, per_minute: int = 0
    ) -> None:
        self._transport = transport
        self._bell = bell
        self._lease = lease
        self._per_minute = per_minute
        self._pace = Pace()
        self._stop = threading.Event()
        self._swept_at = clock.now() - SWEEP_EVERY
        self._paused_until = self._worked_at = clock.now()

    def run(self) -> None:
        """Work until told to stop."""
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, self._end)
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        aside = [
            threading.Thread(target=self._work_aside, args=(app, *work), name=work[0])
            for work in LONG_WORK.items()
        ]
        for thread in aside:
            thread.start()
        while not self._stop.is_set():
            if not self.work_once():
                self._bell.wait(self._stop, IDLE_SECONDS)
        self._transport.close()
        for thread in aside:
            thread.join()

    def _work_aside(self, app: Flask, name: str, work: LongWork) -> None:
        """What may take minutes has a thread of its own, so that nothing else need wait for it."""
        while not self._stop.is_set():
            with app.app_context():
                self._guarded(name, partial(work, clock.now(), self._stop.is_set), 0)
            self._stop.wait(IDLE_SECONDS)

    def work_once(self) -> int:
        """One turn: a batch of mail, then the sweeps if it is time. Returns how many mails were taken.

        Mail goes first, since sweeps may take seconds; whether it is true it is asked by itself.
        """
        now = clock.now()
        taken = 0 if now < self._paused_until else self._send(now)
        if now - self._swept_at >= SWEEP_EVERY and not self._stop.is_set():
            self._swept_at = now
            self._sweep(clock.now())
        return taken

    def _sweep(self, now: datetime) -> None:
        for name, sweep in SWEEPS.items():
            self._guarded(name, partial(sweep, now), 0)

    def _send(self, now: datetime) -> int:
        done = self._guarded("send mail", self._send_batch, Round(0))
        if done.no_way:
            self._paused_until = now + PAUSE
        if done.taken:
            self._worked_at = now
        elif now - self._worked_at > KEEP:
            self._transport.close()
        return 0 if done.no_way else done.taken

    def _send_batch(self) -> Round:
        return send_due(
            self._transport,
            lease=self._lease,
            per_minute=self._per_minute,
            pace=self._pace,
            stopping=self._stop.is_set,
        )

    def _guarded(self, name: str, work: Callable[[], T], otherwise: T) -> T:
        # One failing sweep must not keep the others, or the mail, from their turn.
        try:
            return work()
        except Exception:
            log.exception("the worker could not %s", name)
            return otherwise

    def _end(self, _signum: int, _frame: FrameType | None) -> None:
        self._stop.set()

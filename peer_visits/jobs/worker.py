"""One worker: sends what is due and runs the sweeps. Any number of them may run."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from types import FrameType

from flask import Flask, current_app

from peer_visits.jobs.sweeps import LONG_WORK, SWEEPS
from peer_visits.kernel import clock
from peer_visits.outbox.sending import LEASE, send_due
from peer_visits.outbox.transport import Transport

log = logging.getLogger(__name__)

IDLE_SECONDS = 1.0
SWEEP_EVERY = timedelta(minutes=1)


class Worker:
    """The loop. SIGTERM and SIGINT end it after the message at hand."""

    def __init__(self, transport: Transport, *, lease: timedelta = LEASE) -> None:
        self._transport = transport
        self._lease = lease
        self._stop = threading.Event()
        self._swept_at = clock.now() - SWEEP_EVERY

    def run(self) -> None:
        """Work until told to stop."""
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, self._end)
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        aside = threading.Thread(target=self._work_aside, args=(app,), name="long work")
        aside.start()
        while not self._stop.is_set():
            if not self.work_once():
                self._stop.wait(IDLE_SECONDS)
        aside.join()

    def _work_aside(self, app: Flask) -> None:
        """What may take minutes has a thread of its own, so that mail need not wait for it."""
        while not self._stop.is_set():
            for name, work in LONG_WORK.items():
                with app.app_context():
                    self._guarded(name, partial(work, clock.now(), self._stop.is_set))
            self._stop.wait(IDLE_SECONDS)

    def work_once(self) -> int:
        """One round: the sweeps if it is time, then a batch of mail. Returns how many mails were taken."""
        if clock.now() - self._swept_at >= SWEEP_EVERY:
            self._swept_at = clock.now()
            for name, sweep in SWEEPS.items():
                self._guarded(name, partial(sweep, clock.now()))
        return self._guarded(
            "send mail", partial(send_due, self._transport, lease=self._lease, stopping=self._stop.is_set)
        )

    def _guarded(self, name: str, work: Callable[[], int]) -> int:
        # One failing sweep must not keep the others, or the mail, from their turn.
        try:
            return work()
        except Exception:
            log.exception("the worker could not %s", name)
            return 0

    def _end(self, _signum: int, _frame: FrameType | None) -> None:
        self._stop.set()

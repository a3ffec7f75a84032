"""Working runs off outside of any request: one at a time, its solvers in processes of their own.

The worker calls `work_off_runs` as it calls its sweeps. While the solvers work, this process renews the lease, writes
how far they are, and looks whether somebody has stopped the run. If it dies, the solvers end with it, and the next
worker takes the run up after the lease, with the same input.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from peer_visits.allocation.building.holdings import Holdings
from peer_visits.allocation.building.instance import Built
from peer_visits.allocation.finding import find_out
from peer_visits.allocation.services.working import (
    Claim,
    call_of,
    claim_next,
    fail_run,
    finish_run,
    freeze_input,
    keep_alive,
    let_go,
)
from peer_visits.allocation.solving import Faulty, Misjudged, Progress, SolverFailed
from peer_visits.calls.models import Call
from peer_visits.kernel import clock
from peer_visits.storage.leases import LEASE
from peer_visits.storage.transaction import writing

log = logging.getLogger(__name__)

ReadHoldings = Callable[[Session, Call], Holdings]
# How often a run at work is written down. The page asks every second; a stop is noticed within this time.
SHOWN_EVERY = timedelta(seconds=1)


class Ended(Exception):
    """The run was stopped, or is in other hands."""


def work_off_runs(
    _now: datetime,
    *,
    read_holdings: ReadHoldings,
    stopping: Callable[[], bool] = lambda: False,
    lease: timedelta = LEASE,
) -> int:
    """Work runs off until none is due or the worker is told to end. Returns how many came to an end."""
    ended = 0
    while not stopping():
        with writing() as session:
            claim = claim_next(session, now=clock.now(), lease=lease)
        if claim is None:
            break
        ended += _Work(claim, read_holdings, stopping, lease).do()
    return ended


class _Work:
    """One claimed run."""

    def __init__(
        self, claim: Claim, read_holdings: ReadHoldings, stopping: Callable[[], bool], lease: timedelta
    ) -> None:
        self.claim, self.read_holdings, self.stopping, self.lease = claim, read_holdings, stopping, lease
        self.shown_at = clock.now()
        self.latest: Mapping[str, Any] | None = None
        self.is_over = False

    def do(self) -> bool:
        """Whether the run came to an end here."""
        try:
            built = self._freeze()
            finding = find_out(
                built, seconds=self.claim.time_limit, progress=self._hear, cancelled=self._is_to_end
            )
        except Ended:
            return False
        except (SolverFailed, Misjudged, Faulty) as error:
            return self._fail(str(error))
        except Exception as error:
            log.exception("run %s failed", self.claim.run_id)
            return self._fail(f"{type(error).__name__}: {error}")
        if finding is None:
            return self._let_go()
        with writing() as session:
            return finish_run(session, claim=self.claim, now=clock.now(), finding=finding)

    def _freeze(self) -> Built:
        with writing() as session:
            holdings = self.read_holdings(session, call_of(session, self.claim))
            return freeze_input(session, claim=self.claim, holdings=holdings)

    def _fail(self, problem: str) -> bool:
        with writing() as session:
            return fail_run(session, claim=self.claim, now=clock.now(), problem=problem)

    def _let_go(self) -> bool:
        """The solvers were told to end: by a stop, or because this worker ends and another one shall go on."""
        if not self.is_over:
            with writing() as session:
                let_go(session, claim=self.claim)
        return False

    def _hear(self, progress: Progress) -> None:
        self.latest = {
            "seconds": round(progress.seconds, 1),
            "level": progress.level,
            "value": progress.value,
            "bound": progress.bound,
            "placed": progress.placed,
            "done": list(progress.done),
        }
        self._show()

    def _is_to_end(self) -> bool:
        self._show()
        return self.is_over or self.stopping()

    def _show(self) -> None:
        """Write down how far the run is, now and then; that keeps the lease too."""
        now = clock.now()
        if self.is_over or now - self.shown_at < SHOWN_EVERY:
            return
        self.shown_at = now
        with writing() as session:
            self.is_over = not keep_alive(
                session, claim=self.claim, now=now, progress=self.latest, lease=self.lease
            )

"""Working searches off outside of any request: one of a table at a time, its solver in a process of its own.

No transaction is open while a solver runs. If the worker dies, the solver ends with it, and the next worker takes the
search up after the lease.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from peer_visits.kernel import clock
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import Phrase
from peer_visits.kernel.work import Cancelled, WorkFailed
from peer_visits.searches.services import Searches
from peer_visits.storage.leases import LEASE, Taken
from peer_visits.storage.transaction import writing

log = logging.getLogger(__name__)

Stopping = Callable[[], bool]
# Looks for what was asked and keeps it; whether anybody still waited. Raises Cancelled where it was told to stop,
# and Refused or WorkFailed where nothing can be found.
Doing = Callable[[Taken, Stopping], bool]


def work_off(
    searches: Searches,
    do: Doing,
    *,
    not_found: Callable[[Taken], Phrase],
    stopping: Stopping = lambda: False,
    lease: timedelta = LEASE,
) -> int:
    """Work searches off until none is due or the worker is told to end. Returns how many came to an end.

    `not_found` is said where the work failed and has no word of its own.
    """
    ended = 0
    while not stopping():
        with writing() as session:
            taken = searches.claim(session, now=clock.now(), lease=lease)
        if taken is None:
            break
        ended += _work(searches, taken, do, not_found(taken), stopping)
    return ended


def _work(searches: Searches, taken: Taken, do: Doing, problem: Phrase, stopping: Stopping) -> bool:
    """Whether the search came to an end here that somebody waited for."""
    try:
        return do(taken, stopping)
    except Cancelled:
        with writing() as session:
            searches.let_go(session, taken)
        return False
    except Refused as refusal:
        problem = refusal.reason
    except WorkFailed as error:
        log.warning("%s %s came to nothing: %s", searches.model.__name__, taken.key, error)
    except Exception:
        log.exception("%s %s came to nothing", searches.model.__name__, taken.key)
    with writing() as session:
        return searches.fail(session, taken, problem)

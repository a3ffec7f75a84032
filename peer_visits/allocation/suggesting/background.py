"""Looking for a balanced group, in the worker; how a search is taken up and ended is told in `searches`."""

from __future__ import annotations

from datetime import datetime, timedelta

from peer_visits.allocation.suggesting.queries import as_answer, read_question
from peer_visits.allocation.suggesting.rules import find_group
from peer_visits.allocation.suggesting.services import SUGGESTED_GROUPS
from peer_visits.kernel.text import phrase
from peer_visits.searches.background import Stopping, work_off
from peer_visits.shortlist.queries.moves import read_order
from peer_visits.storage.leases import LEASE, Taken
from peer_visits.storage.transaction import writing
from peer_visits.visits.models import Visit

NOT_FOUND = phrase("The group could not be worked out just now. Try again, or choose by hand.")


def work_off_groups(_now: datetime, stopping: Stopping = lambda: False, *, lease: timedelta = LEASE) -> int:
    """Work off what host teams have asked for. Returns how many searches came to an end."""
    return work_off(
        SUGGESTED_GROUPS, _find, not_found=lambda _taken: NOT_FOUND, stopping=stopping, lease=lease
    )


def _find(taken: Taken, stopping: Stopping) -> bool:
    with writing() as session:
        [visit_id] = taken.key
        visit = session.get_one(Visit, visit_id)
        question = read_question(session, visit, read_order(session, visit))
    found = find_group(question, cancelled=stopping)
    with writing() as session:
        return SUGGESTED_GROUPS.finish(session, taken, as_answer(found, question))

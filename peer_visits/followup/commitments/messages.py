"""The mails that ask for commitments, and later what came of them. They go to the person alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from peer_visits.followup.commitments.models import Commitment
from peer_visits.outbox.services import Mail
from peer_visits.places.messages import about_place
from peer_visits.places.models import Place
from peer_visits.places.rules import last_day

WANTED, ASKED, ASKED_LAST = "commitment.wanted", "commitment.asked", "commitment.asked_last"
# For which ask a mail of each kind wants an answer.
MONTHS = {ASKED: 3, ASKED_LAST: 6}


def commitments_wanted(place: Place, *, token: str) -> Mail:
    """What do you take home?"""
    return about_place(WANTED, place, call=place.visit.call, visit=place.visit, token=token)


def commitments_asked(kind: str, place: Place, *, token: str, waiting: Sequence[Commitment]) -> Mail:
    """What came of what you wanted to do?"""
    return about_place(
        kind,
        place,
        call=place.visit.call,
        visit=place.visit,
        token=token,
        ended_on=last_day(place.visit),
        promised=promised(waiting),
    )


def promised(commitments: Sequence[Commitment]) -> list[dict[str, Any]]:
    """Commitments as a mail tells them."""
    return [{"number": one.number, "will_do": one.will_do} for one in commitments]

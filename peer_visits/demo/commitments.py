"""What the people of the demo's earlier visits took home, and what came of it. Invented, as they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.demo.earlier import EarlierVisit
from peer_visits.followup.commitments.models import Commitment
from peer_visits.followup.commitments.queries import find_sheet
from peer_visits.followup.commitments.rules import add_months
from peer_visits.followup.commitments.services import (
    Answer,
    Words,
    answer_commitment,
    write_commitments,
)
from peer_visits.followup.commitments.states import CommitmentState, DropReason, Showing
from peer_visits.kernel.zones import to_utc
from peer_visits.places.models import Place
from peer_visits.places.rules import last_day

_DONE, _UNDER_WAY, _DROPPED = CommitmentState.DONE, CommitmentState.UNDER_WAY, CommitmentState.DROPPED
_HIDDEN, _ANONYMOUS, _NAMED = Showing


@dataclass(frozen=True)
class _Taken:
    """One commitment, and what was said of it after three and six months; none where nothing was."""

    learnt: str
    will_do: str
    after_3: Answer | None = None
    after_6: Answer | None = None


# By seat of the first visit, then of the second. Whoever is missing has not written.
_FIRST: dict[int, tuple[Showing, tuple[_Taken, ...]]] = {
    1: (
        _NAMED,
        (
            _Taken(
                "People look after a monument for years if the agreement with them fits on two pages.",
                "Offer three listed buildings for adoption, with an agreement of two pages our lawyers agree to.",
                Answer(_UNDER_WAY, note="Two pages became four, the lawyers are still reading."),
                Answer(_DONE, note="Three agreements are signed; a fourth association asks for one."),
            ),
            _Taken(
                "Counting what volunteers do needs one form, not six.",
                "Ask our associations to count with one form for a season.",
                Answer(_DONE),
            ),
        ),
    ),
    2: (
        _ANONYMOUS,
        (
            _Taken(
                "A park tells its past best where people walk anyway.",
                "Put up signs written by neighbours along one path.",
                Answer(_DROPPED, DropReason.MONEY, "The signs cost twice what the year leaves us."),
            ),
        ),
    ),
    3: (
        _NAMED,
        (
            _Taken(
                "The archive of the host was described by residents.",
                "Open our photographs for description, a hundred to begin with.",
                Answer(_UNDER_WAY),
                Answer(_UNDER_WAY, note="Sixty are described, mostly by one retired teacher."),
            ),
        ),
    ),
    4: (
        _HIDDEN,
        (
            _Taken(
                "",
                "Bring the heritage service and the social department to one table.",
                Answer(
                    _DROPPED, DropReason.SUPPORT, "The heads have met once and see no reason to meet again."
                ),
            ),
        ),
    ),
    5: (
        _ANONYMOUS,
        (
            _Taken(
                "Failures were told as openly as successes.",
                "Publish our own failed call.",
                None,
                Answer(_DONE),
            ),
        ),
    ),
    6: (_HIDDEN, (_Taken("", "Write a plan for the empty school.", None, None),)),
}
_SECOND: dict[int, tuple[Showing, tuple[_Taken, ...]]] = {
    1: (
        _NAMED,
        (
            _Taken(
                "A budget of residents’ own makes meetings short.",
                "Give one street 5,000 euros to decide about by itself.",
            ),
        ),
    ),
    2: (
        _ANONYMOUS,
        (
            _Taken(
                "Trust grew where the city answered within a week.", "Promise and keep answers within a week."
            ),
            _Taken("", "Invite two of the hosts to our council."),
        ),
    ),
    4: (
        _NAMED,
        (_Taken("Agreements are looked at again each year.", "Put a yearly look into our agreements."),),
    ),
}


def add_commitments(session: Session, earlier: list[EarlierVisit]) -> None:
    """Some wrote, some let others read it, some answered when they were asked."""
    for one, written in zip(earlier, (_FIRST, _SECOND), strict=False):
        for seat, (showing, taken) in written.items():
            _add(session, one.places[seat - 1], showing, taken)


def _add(session: Session, place: Place, showing: Showing, taken: tuple[_Taken, ...]) -> None:
    person = session.get_one(Person, place.person_id)
    words = [Words(number, one.learnt, one.will_do) for number, one in enumerate(taken, start=1)]
    write_commitments(
        session,
        actor=person,
        now=_evening(place, 0),
        place_id=place.id,
        expected_version=0,
        written=words,
        showing=showing,
    )
    for months in (3, 6):
        for number, one in enumerate(taken, start=1):
            answer = one.after_3 if months == 3 else one.after_6
            if answer:
                answer_commitment(
                    session,
                    actor=person,
                    now=_evening(place, months),
                    place_id=place.id,
                    number=number,
                    expected_version=_find(session, place, number).version,
                    answer=answer,
                )


def _find(session: Session, place: Place, number: int) -> Commitment:
    sheet = find_sheet(session, place.id)
    return next(one for one in (sheet.commitments if sheet else ()) if one.number == number)


def _evening(place: Place, months: int) -> datetime:
    """A few evenings after the end of the visit, so many months on."""
    day = last_day(place.visit)
    if day is None:
        raise ValueError("a visit that is over has dates")
    evening = to_utc(datetime.combine(add_months(day, months), datetime.min.time()), place.visit.zone)
    return evening + timedelta(days=3, hours=19)

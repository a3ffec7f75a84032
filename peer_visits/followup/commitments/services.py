"""What people do with their commitments: write them, say who may read them, answer what came of them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from peer_visits.accounts.models import Person
from peer_visits.audit.services import record
from peer_visits.followup.commitments.models import Commitment, CommitmentAnswer, CommitmentSheet
from peer_visits.followup.commitments.queries import LEARNERS, find_sheet
from peer_visits.followup.commitments.rules import may_write, months_passed
from peer_visits.followup.commitments.states import CommitmentState, DropReason, Showing
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import phrase
from peer_visits.places.models import Place
from peer_visits.places.rules import first_day, last_day
from peer_visits.places.states import PlaceState
from peer_visits.storage.steps import update_one
from peer_visits.visits.models import Visit


@dataclass(frozen=True)
class Words:
    """What stands beside one number: both empty takes the commitment away."""

    number: int
    learnt: str
    will_do: str


@dataclass(frozen=True)
class Answer:
    """What came of a commitment; a reason only where it is dropped."""

    state: CommitmentState
    reason: DropReason | None = None
    note: str = ""


def write_commitments(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    place_id: uuid.UUID,
    expected_version: int,
    written: Sequence[Words],
    showing: Showing,
) -> None:
    """Keep what somebody takes home from a visit and who may read it. `expected_version` is 0 the first time."""
    place = _place(session, place_id, now)
    sheet = find_sheet(session, place_id)
    if sheet is None:
        _check_any(written)
        sheet = _begin(session, place, expected_version, now)
    else:
        _take_version(session, sheet, expected_version)
    _set_showing(sheet, showing, now)
    for words in written:
        _write(session, sheet, words)
    session.flush()
    session.refresh(sheet, ["commitments"])
    record(
        session,
        actor=actor,
        now=now,
        action="commitments.written",
        subject=place,
        programme_id=place.visit.call.programme_id,
        count=len(sheet.commitments),
        showing=showing.value,
    )


def _begin(session: Session, place: Place, expected_version: int, now: datetime) -> CommitmentSheet:
    if expected_version != 0:
        raise Stale
    sheet = CommitmentSheet(
        place_id=place.id,
        version=1,
        showing=Showing.HIDDEN,
        showing_since=now,
        written_at=now,
        commitments=[],
    )
    session.add(sheet)
    session.flush()
    return sheet


def _take_version(session: Session, sheet: CommitmentSheet, expected_version: int) -> None:
    update_one(
        session,
        CommitmentSheet,
        CommitmentSheet.place_id == sheet.place_id,
        CommitmentSheet.version == expected_version,
        version=expected_version + 1,
    )


def _check_any(written: Sequence[Words]) -> None:
    if not any(words.will_do for words in written):
        raise Refused(phrase("Write down at least one thing you will do."), field="will_do_1")


def _set_showing(sheet: CommitmentSheet, showing: Showing, now: datetime) -> None:
    if sheet.showing is not showing:
        sheet.showing, sheet.showing_since = showing, now


def _write(session: Session, sheet: CommitmentSheet, words: Words) -> None:
    found = next((one for one in sheet.commitments if one.number == words.number), None)
    if words.learnt and not words.will_do:
        raise Refused(
            phrase("Write what you will do with it, or leave both fields empty."),
            field=f"will_do_{words.number}",
        )
    if not words.will_do:
        _remove(session, found)
    elif found is None:
        session.add(
            Commitment(
                id=new_id(),
                place_id=sheet.place_id,
                number=words.number,
                learnt=words.learnt,
                will_do=words.will_do,
                state=CommitmentState.PROMISED,
            )
        )
    elif (found.learnt, found.will_do) != (words.learnt, words.will_do):
        found.learnt, found.will_do, found.version = words.learnt, words.will_do, found.version + 1


def _remove(session: Session, commitment: Commitment | None) -> None:
    if commitment is None:
        return
    if commitment.answers:
        raise Refused(
            phrase("You have answered for this one already. Say that you dropped it, or change its words."),
            field=f"will_do_{commitment.number}",
        )
    session.delete(commitment)


def answer_commitment(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    place_id: uuid.UUID,
    number: int,
    expected_version: int,
    answer: Answer,
) -> None:
    """Say what came of a commitment. The answer counts for the ask that came last, and may be changed later."""
    place = _place(session, place_id, now)
    sheet = find_sheet(session, place_id)
    commitment = next((one for one in sheet.commitments if one.number == number), None) if sheet else None
    if commitment is None:
        raise Stale
    if answer.state is CommitmentState.DROPPED and answer.reason is None:
        raise Refused(phrase("Choose why, so that others learn from it."), field="reason")
    reason = answer.reason if answer.state is CommitmentState.DROPPED else None
    months = months_passed(last_day(place.visit), place.visit.zone, now)
    update_one(
        session,
        Commitment,
        Commitment.id == commitment.id,
        Commitment.version == expected_version,
        version=expected_version + 1,
        state=answer.state,
        reason=reason,
        answered_at=now,
        answered_months=months,
    )
    session.add(
        CommitmentAnswer(
            commitment_id=commitment.id,
            number=len(commitment.answers) + 1,
            at=now,
            months=months,
            state=answer.state,
            reason=reason,
            note=answer.note,
        )
    )
    session.flush()
    record(
        session,
        actor=actor,
        now=now,
        action="commitment.answered",
        subject=commitment,
        programme_id=place.visit.call.programme_id,
        after=answer.state.value,
        months=months,
    )


def _place(session: Session, place_id: uuid.UUID, now: datetime) -> Place:
    """The place with its visit. Refused to whoever does not take part, and before the visit begins."""
    query = select(Place).join(Place.visit).join(Visit.call).where(Place.id == place_id)
    loaded = contains_eager(Place.visit).contains_eager(Visit.call)
    place = session.scalars(query.options(loaded)).unique().one()
    if place.state is not PlaceState.ACCEPTED or place.kind not in LEARNERS:
        raise Refused(phrase("Only people who took part in the visit write here."))
    if not may_write(first_day(place.visit), place.visit.zone, now):
        raise Refused(phrase("You can write here from the first day of the visit."))
    return place

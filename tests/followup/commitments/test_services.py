"""Writing, letting others read it, answering, changing one's mind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from peer_visits.accounts.models import Person
from peer_visits.audit.models import AuditLine
from peer_visits.followup.commitments.invariants import find_broken
from peer_visits.followup.commitments.models import Commitment, CommitmentAnswer, CommitmentSheet
from peer_visits.followup.commitments.queries import find_sheet
from peer_visits.followup.commitments.services import Answer, Words, answer_commitment, write_commitments
from peer_visits.followup.commitments.states import ANSWERS, CommitmentState, DropReason, Showing
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import reading, writing
from tests.followup.commitments.stage import (
    AFTER_3,
    AFTER_6,
    FIRST_DAY,
    HOME,
    Stage,
    answer,
    find,
    morning,
    write,
)

DROPPED, DONE, UNDER_WAY = CommitmentState.DROPPED, CommitmentState.DONE, CommitmentState.UNDER_WAY


def kept(stage: Stage, name: str = "ann") -> list[tuple[int, str]]:
    reading().rollback()
    sheet = find_sheet(reading(), stage.places[name])
    return [(one.number, one.will_do) for one in sheet.commitments] if sheet else []


def test_what_is_written_is_kept_by_number(stage: Stage) -> None:
    write(stage, "ann", "Ask two associations", "", "Write an agreement")
    assert kept(stage) == [(1, "Ask two associations"), (3, "Write an agreement")]
    write(stage, "ann", "Ask three associations", "Count visitors", "")
    assert kept(stage) == [(1, "Ask three associations"), (2, "Count visitors")]


def test_nobody_saves_nothing_at_first(stage: Stage) -> None:
    with pytest.raises(Refused, match="at least one") as refused:
        write(stage, "ann")
    assert refused.value.field == "will_do_1"


def test_a_lesson_without_a_deed_is_no_commitment(stage: Stage) -> None:
    with pytest.raises(Refused) as refused, writing() as session:
        write_commitments(
            session,
            actor=session.get_one(Person, stage.people["ann"]),
            now=HOME,
            place_id=stage.places["ann"],
            expected_version=0,
            written=[Words(1, "", "Do it"), Words(2, "Learnt something", "")],
            showing=Showing.HIDDEN,
        )
    assert refused.value.field == "will_do_2"
    assert kept(stage) == [], "all or nothing"


@pytest.mark.parametrize("version", [0, 2, 7])
def test_a_stale_page_overwrites_nothing(stage: Stage, version: int) -> None:
    write(stage, "ann", "Ask two associations")
    with pytest.raises(Stale):
        write(stage, "ann", "Something else", version=version)
    assert kept(stage) == [(1, "Ask two associations")]


def test_the_first_page_knows_of_no_version(stage: Stage) -> None:
    with pytest.raises(Stale):
        write(stage, "ann", "Ask two associations", version=3)


@pytest.mark.parametrize("name", ["cat", "sam"])
def test_who_gave_the_place_up_and_who_only_spoke_take_nothing_home(stage: Stage, name: str) -> None:
    with pytest.raises(Refused, match="took part"):
        write(stage, name, "Ask two associations")


def test_a_guest_of_the_host_writes_as_others_do(stage: Stage) -> None:
    write(stage, "gus", "Ask two associations")
    assert kept(stage, "gus") == [(1, "Ask two associations")]


def test_nothing_is_promised_before_the_visit_begins(stage: Stage) -> None:
    with pytest.raises(Refused, match="first day"):
        write(stage, "ann", "Ask two associations", at=morning(FIRST_DAY) - timedelta(hours=10))
    write(stage, "ann", "Ask two associations", at=morning(FIRST_DAY))


def test_who_may_read_it_is_dated_anew_only_when_it_changes(stage: Stage) -> None:
    later = HOME + timedelta(days=5)
    write(stage, "ann", "Ask two associations", showing=Showing.NAMED)
    write(stage, "ann", "Ask three associations", showing=Showing.NAMED, at=later)
    sheet = find_sheet(reading(), stage.places["ann"])
    assert sheet is not None
    assert (sheet.showing_since, sheet.written_at) == (HOME, HOME)
    write(stage, "ann", "Ask three associations", showing=Showing.HIDDEN, at=later)
    reading().rollback()
    assert reading().scalars(select(CommitmentSheet.showing_since)).one() == later


@pytest.mark.parametrize("state", ANSWERS)
def test_an_answer_is_kept_with_its_time(stage: Stage, state: CommitmentState) -> None:
    write(stage, "ann", "Ask two associations")
    reason = DropReason.MONEY if state is DROPPED else None
    answer(stage, "ann", state, at=AFTER_3, reason=reason, note="Two said yes.")
    one = find(stage, "ann")
    assert (one.state, one.reason, one.answered_at, one.answered_months) == (state, reason, AFTER_3, 3)
    [said] = reading().scalars(select(CommitmentAnswer))
    assert (said.number, said.months, said.note) == (1, 3, "Two said yes.")
    assert find_broken(reading()) == []


@pytest.mark.parametrize("before", ANSWERS)
@pytest.mark.parametrize("after", ANSWERS)
def test_people_change_their_minds(stage: Stage, before: CommitmentState, after: CommitmentState) -> None:
    write(stage, "ann", "Ask two associations")
    for state, moment in ((before, AFTER_3), (after, AFTER_6)):
        answer(stage, "ann", state, at=moment, reason=DropReason.TIME if state is DROPPED else None)
    one = find(stage, "ann")
    assert (one.state, one.answered_months) == (after, 6)
    assert reading().scalars(select(CommitmentAnswer.state).order_by(CommitmentAnswer.number)).all() == [
        before,
        after,
    ]
    assert find_broken(reading()) == []


def test_dropping_asks_why(stage: Stage) -> None:
    write(stage, "ann", "Ask two associations")
    with pytest.raises(Refused, match="why") as refused:
        answer(stage, "ann", DROPPED, at=AFTER_3)
    assert refused.value.field == "reason"


def test_a_reason_counts_for_what_is_dropped_alone(stage: Stage) -> None:
    write(stage, "ann", "Ask two associations")
    answer(stage, "ann", DONE, at=AFTER_3, reason=DropReason.TIME)
    assert find(stage, "ann").reason is None


def test_of_two_answers_to_the_same_page_the_first_counts(stage: Stage) -> None:
    write(stage, "ann", "Ask two associations")
    for state in (DONE, UNDER_WAY):
        try:
            with writing() as session:
                answer_commitment(
                    session,
                    actor=session.get_one(Person, stage.people["ann"]),
                    now=AFTER_3,
                    place_id=stage.places["ann"],
                    number=1,
                    expected_version=1,
                    answer=Answer(state),
                )
        except Stale:
            assert state is UNDER_WAY
    assert find(stage, "ann").state is DONE


def test_what_was_answered_for_is_not_taken_away_but_its_words_may_change(stage: Stage) -> None:
    write(stage, "ann", "Ask two associations", "Count visitors")
    answer(stage, "ann", UNDER_WAY, at=AFTER_3)
    with pytest.raises(Refused) as refused:
        write(stage, "ann", "", "Count visitors", at=AFTER_3)
    assert refused.value.field == "will_do_1"
    write(stage, "ann", "Ask one association", "", at=AFTER_3)
    assert kept(stage) == [(1, "Ask one association")]
    assert find(stage, "ann").state is UNDER_WAY


def test_a_lost_place_ends_writing_and_answering(stage: Stage) -> None:
    write(stage, "ann", "Ask two associations")
    with writing() as session:
        place = session.get_one(Place, stage.places["ann"])
        place.state, place.seat = PlaceState.CANCELLED, None
    with pytest.raises(Refused):
        answer(stage, "ann", DONE, at=AFTER_3)


def test_the_log_tells_what_happened_and_no_words(stage: Stage) -> None:
    write(stage, "ann", "Ask two associations", showing=Showing.NAMED)
    answer(stage, "ann", UNDER_WAY, at=AFTER_3, note="A secret note")
    lines = reading().scalars(select(AuditLine).order_by(AuditLine.at)).all()
    assert [(one.action, one.detail) for one in lines if one.action.startswith("commitment")] == [
        ("commitments.written", {"count": 1, "showing": "named"}),
        ("commitment.answered", {"after": "under_way", "months": 3}),
    ]


def test_the_check_finds_what_nobody_said(stage: Stage) -> None:
    write(stage, "ann", "Ask two associations")
    answer(stage, "ann", UNDER_WAY, at=AFTER_3)
    with writing() as session:
        session.scalars(select(Commitment)).one().state = DONE
    [sentence] = find_broken(reading())
    assert "not what was said last" in sentence

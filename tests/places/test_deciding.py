"""Deciding a call: all or nothing, once, as it was shown."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peer_visits.allocation.models import AllocationRun
from peer_visits.allocation.services.asking import METHOD
from peer_visits.applications.states import ApplicationState
from peer_visits.audit.models import AuditLine
from peer_visits.calls.states import CallState
from peer_visits.kernel.errors import NotFound, Refused
from peer_visits.outbox.models import Message
from peer_visits.places.invariants import find_broken
from peer_visits.places.models import Place, WaitingEntry
from peer_visits.places.outcome import Outcome, OutcomeChanged
from peer_visits.places.services.deciding import NothingWorkedOut, decide_call
from peer_visits.places.states import PlaceState
from peer_visits.shortlist.states import ShortlistState
from tests.support.allocation_factories import work_out
from tests.support.factories import make_call, make_person, make_visit
from tests.support.places_factories import (
    Story,
    apply_in_order,
    hand_over,
    make_closed_call,
    make_place,
)


def decide(session: Session, story: Story, now: datetime, **values: object) -> Outcome:
    return decide_call(
        session,
        actor=story.organiser,
        now=now,
        call_id=story.call.id,
        **values,  # type: ignore[arg-type]
    )


def make_story(session: Session) -> Story:
    """Two visits with one place each, and a run; four people, of whom nobody proposed Dan."""
    story = make_closed_call(session, 1, 1)
    small, large = story.visits
    people = apply_in_order(
        session, story.call, ann=[small, large], ben=[small, large], cat=[small], dan=[large]
    )
    hand_over(session, small, [people["ben"], people["ann"]], [people["cat"]])
    hand_over(session, large, [people["ann"]], [people["ben"]])
    work_out(session, story.call, story.organiser)
    return story


def test_everybody_gets_a_place_a_position_or_a_no(session: Session, now: datetime) -> None:
    story = make_story(session)
    outcome = decide(session, story, now)
    small, large = outcome.visits
    assert [line.name for line in small.offered] == ["Ben"]
    assert [(line.name, line.number) for line in small.waiting] == [("Ann", 1), ("Cat", 2)]
    assert [line.name for line in large.offered] == ["Ann"]
    assert [line.name for line in outcome.refused] == ["Dan"]
    assert (outcome.offers, outcome.only_waiting) == (2, 1)


def test_places_waiting_lists_and_run_are_kept(session: Session, now: datetime) -> None:
    story = make_story(session)
    decide(session, story, now)
    places = session.scalars(select(Place).order_by(Place.visit_id)).all()
    assert [(place.seat, place.state) for place in places] == [(1, PlaceState.OFFERED)] * 2
    assert all(place.answer_by and place.answer_by > now + timedelta(days=7) for place in places)
    assert session.scalar(select(func.count()).select_from(WaitingEntry)) == 2
    run = session.scalars(select(AllocationRun)).one()
    assert run.method == METHOD
    assert run.answer is not None
    assert len(run.answer["placements"]) == 2
    assert run.input is not None
    assert len(run.input["applicants"]) == 4
    assert story.call.decided_at == now
    assert find_broken(session) == []


def test_each_person_gets_one_mail_with_their_own_answer(session: Session, now: datetime) -> None:
    story = make_story(session)
    outcome = decide(session, story, now)
    sent = {message.to_name: message for message in session.scalars(select(Message))}
    assert {name: message.kind for name, message in sent.items()} == {
        "Ann": "offer.made",
        "Ben": "offer.made",
        "Cat": "application.waiting",
        "Dan": "application.refused",
    }
    assert len(outcome.letters) == 4
    assert "number 2 on the waiting list" in sent["Cat"].text
    assert "did not propose you" in sent["Dan"].text
    for name, message in sent.items():
        assert all(other not in message.text for other in sent if other != name)


def test_it_is_written_into_the_log(session: Session, now: datetime) -> None:
    story = make_story(session)
    decide(session, story, now)
    line = session.scalars(select(AuditLine).where(AuditLine.action == "call.decided")).one()
    assert line.actor_id == story.organiser.id
    assert (line.detail["offers"], line.detail["waiting"], line.detail["refused"]) == (2, 1, 1)


def test_drafts_and_withdrawn_applications_take_no_part(session: Session, now: datetime) -> None:
    story = make_closed_call(session, 3)
    people = apply_in_order(session, story.call, ann=story.visits, ben=story.visits)
    hand_over(session, story.visits[0], list(people.values()))
    people["ann"].state, people["ann"].withdrawn_at = ApplicationState.WITHDRAWN, now
    work_out(session, story.call, story.organiser, now=now)
    outcome = decide(session, story, now)
    assert [line.name for line in outcome.visits[0].offered] == ["Ben"]
    assert len(outcome.letters) == 1


def test_the_same_preview_twice_and_then_the_decision(session: Session, now: datetime) -> None:
    story = make_story(session)
    seen = []
    for _time in range(2):
        savepoint = session.begin_nested()
        seen.append(decide(session, story, now).seen)
        savepoint.rollback()
        session.expire_all()
    assert seen[0] == seen[1]
    assert decide(session, story, now, seen=seen[0]).offers == 2


def test_the_dry_run_and_the_act_write_the_same_mails_to_the_last_byte(
    session: Session, now: datetime
) -> None:
    def parts(one: Message) -> tuple[str | None, ...]:
        # A stamp in the calendar part says when it was made; the rest of it is compared.
        calendar = "".join(
            line for line in (one.calendar or "").splitlines(keepends=True) if not line.startswith("DTSTAMP")
        )
        return (
            one.kind,
            one.to_name,
            one.to_address,
            one.language,
            one.subject,
            one.text,
            one.html,
            calendar,
        )

    def mails() -> list[tuple[str | None, ...]]:
        session.flush()
        return sorted((parts(one) for one in session.scalars(select(Message))), key=str)

    story = make_story(session)
    with session.begin_nested() as savepoint:
        decide(session, story, now)
        dry = mails()
        savepoint.rollback()
    session.expire_all()
    assert mails() == []
    decide(session, story, now + timedelta(minutes=3))
    assert len(dry) == 4
    assert mails() == dry


def test_what_changed_since_the_preview_is_named_and_nothing_happens(session: Session, now: datetime) -> None:
    story = make_story(session)
    with session.begin_nested() as savepoint:
        seen = decide(session, story, now).seen
        savepoint.rollback()
    session.expire_all()
    story.visits[0].capacity = 2
    work_out(session, story.call, story.organiser, now=now)
    with pytest.raises(OutcomeChanged) as changed, session.begin_nested():
        decide(session, story, now, seen=seen)
    said = [str(line) for line in changed.value.changes]
    assert f"{story.visits[0].title}: 2 offers and 1 waiting; you saw 1 and 2." in said
    assert session.scalar(select(func.count()).select_from(Place)) == 0


@pytest.mark.parametrize(
    "seen", ["", "{", "[]", '{"visits": 3}', '{"visits": {"a": [1]}, "refused": 0}', "null", "[" * 5000]
)
def test_a_mark_that_is_none_counts_as_changed(session: Session, now: datetime, seen: str) -> None:
    story = make_story(session)
    with pytest.raises(OutcomeChanged) as changed:
        decide(session, story, now, seen=seen)
    assert changed.value.changes


def test_a_visit_that_is_gone_and_one_that_came(session: Session, now: datetime) -> None:
    story = make_story(session)
    mark = {"visits": {"gone": ["Gone", 1, 2, "x"]}, "refused": [1, "x"]}
    with pytest.raises(OutcomeChanged) as changed:
        decide(session, story, now, seen=json.dumps(mark))
    said = " ".join(str(line) for line in changed.value.changes)
    assert "Gone: no longer part of this call." in said
    assert story.visits[0].title in said


def test_an_open_call_cannot_be_decided(session: Session, now: datetime) -> None:
    story = make_closed_call(session, 1, closes_at=now + timedelta(seconds=1))
    with pytest.raises(Refused, match="once it has closed"):
        decide(session, story, now)


def test_at_the_closing_second_it_can(session: Session, now: datetime) -> None:
    story = make_closed_call(session, 1, closes_at=now)
    hand_over(session, story.visits[0], [])
    work_out(session, story.call, story.organiser, now=now)
    assert decide(session, story, now).offers == 0


@pytest.mark.parametrize("state", [CallState.DRAFT, CallState.ARCHIVED])
def test_only_a_published_call_can_be_decided(session: Session, now: datetime, state: CallState) -> None:
    story = make_closed_call(session, 1, state=state)
    with pytest.raises(Refused, match="once it has closed"):
        decide(session, story, now)


def test_a_call_is_decided_once(session: Session, now: datetime) -> None:
    story = make_story(session)
    decide(session, story, now)
    with pytest.raises(Refused, match="was decided on"):
        decide(session, story, now)


def test_a_call_without_visits(session: Session, now: datetime) -> None:
    with pytest.raises(Refused, match="no visits"):
        decide(session, make_closed_call(session), now)


def test_a_call_that_does_not_exist(session: Session, now: datetime) -> None:
    with pytest.raises(NotFound):
        decide_call(session, actor=make_person(session), now=now, call_id=make_person(session).id)


@pytest.mark.parametrize("state", [ShortlistState.OPEN, None])
def test_a_missing_shortlist_stops_it_unless_the_visit_shall_stay_empty(
    session: Session, now: datetime, state: ShortlistState | None
) -> None:
    story = make_closed_call(session, 1, 1)
    ready, missing = story.visits
    people = apply_in_order(session, story.call, ann=[ready], ben=[missing])
    hand_over(session, ready, [people["ann"]])
    if state:
        hand_over(session, missing, [people["ben"]], state=state)
    work_out(session, story.call, story.organiser, now=now)
    with pytest.raises(Refused, match="Visits without a shortlist: 1") as refusal:
        decide(session, story, now)
    assert refusal.value.field == "leave_empty"
    outcome = decide(session, story, now, leave_empty=True)
    assert [visit.is_left_empty for visit in outcome.visits] == [False, True]
    assert [line.name for line in outcome.refused] == ["Ben"]
    assert "did not propose you" in str(outcome.refused[0].reason)


def test_places_given_before_count(session: Session, now: datetime) -> None:
    story = make_closed_call(session, 2)
    [visit] = story.visits
    people = apply_in_order(session, story.call, ann=[visit], ben=[visit], cat=[visit])
    make_place(session, visit, people["ann"], PlaceState.ACCEPTED, seat=2)
    hand_over(session, visit, [people["ann"], people["ben"], people["cat"]])
    work_out(session, story.call, story.organiser, now=now)
    outcome = decide(session, story, now)
    assert [(line.name, line.number) for line in outcome.visits[0].offered] == [("Ben", 1)]
    assert [line.name for line in outcome.visits[0].waiting] == ["Cat"]
    assert "Ann" not in {letter.to_name for letter in outcome.letters}


def test_two_places_a_person_where_the_call_allows_them(session: Session, now: datetime) -> None:
    story = make_closed_call(session, 1, 1, places_per_person=2)
    later = story.visits[1]
    later.announced_starts_on, later.announced_ends_on = date(2026, 10, 5), date(2026, 10, 7)
    people = apply_in_order(session, story.call, ann=story.visits)
    for visit in story.visits:
        hand_over(session, visit, [people["ann"]])
    work_out(session, story.call, story.organiser, now=now)
    assert decide(session, story, now).offers == 2
    assert find_broken(session) == []


def test_another_call_is_left_alone(session: Session, now: datetime) -> None:
    story = make_story(session)
    other = make_call(session, story.programme)
    visit = make_visit(session, other)
    people = apply_in_order(session, other, eve=[visit])
    hand_over(session, visit, [people["eve"]])
    decide(session, story, now)
    assert other.decided_at is None
    eve = people["eve"].person_id
    assert session.scalars(select(Place).where(Place.person_id == eve)).all() == []
    assert session.scalars(select(Message).where(Message.person_id == eve)).all() == []


def test_without_a_run_there_is_nothing_to_decide_by(session: Session, now: datetime) -> None:
    story = make_closed_call(session, 1)
    [visit] = story.visits
    hand_over(session, visit, list(apply_in_order(session, story.call, ann=[visit]).values()))
    with pytest.raises(NothingWorkedOut, match="Make a run first"):
        decide(session, story, now)
    assert story.call.decided_at is None


def test_other_days_of_a_visit_are_a_change(session: Session, now: datetime) -> None:
    """Mails and calendar entries name them."""
    story = make_story(session)
    with session.begin_nested() as savepoint:
        seen = decide(session, story, now).seen
        savepoint.rollback()
    session.expire_all()
    visit = story.visits[0]
    visit.announced_ends_on = date(2026, 9, 17)
    with pytest.raises(OutcomeChanged) as changed, session.begin_nested():
        decide(session, story, now, seen=seen)
    said = [str(line) for line in changed.value.changes]
    assert said == [f"{visit.title}: other people, another order, other days or another deadline."]

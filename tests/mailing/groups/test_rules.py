"""Who gets a group mail, and who is left out and why: plain values."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from peer_visits.mailing.groups.rules import AT_FIRST, STATUSES, Candidate, reach
from peer_visits.mailing.groups.states import GROUP, Audience, GroupCommand, GroupState
from peer_visits.mailing.groups.words import STATUS_WORDS


def somebody(**values: Any) -> Candidate:
    defaults: dict[str, Any] = {
        "person_id": uuid.uuid4(),
        "name": "Ada",
        "email": "ada@example.org",
        "about_kind": "application",
        "about_id": uuid.uuid4(),
        "call_id": uuid.uuid4(),
        "visit_id": None,
        "status": "submitted",
        "bounced": False,
    }
    return Candidate(**{**defaults, **values})


def test_each_person_gets_one_mail_however_many_records_they_have() -> None:
    first = somebody()
    found = reach(Audience.APPLICANTS, ["submitted"], [first, somebody(person_id=first.person_id)])
    assert found.recipients == [first]
    assert found.count == 1


def test_who_withdrew_or_bounced_is_left_out_with_the_reason() -> None:
    people = [somebody(status="withdrawn"), somebody(bounced=True), somebody(knows=False), somebody()]
    found = reach(Audience.APPLICANTS, ["submitted"], people)
    assert found.recipients == [people[3]]
    assert [str(one.reason) for one in found.left_out] == [
        "The application was withdrawn.",
        "Mail to this address came back; it is not confirmed since.",
        "The decision can still be undone, and this person does not know of it yet.",
    ]


def test_who_is_meant_by_one_record_is_not_left_out_by_another() -> None:
    meant = somebody()
    found = reach(
        Audience.APPLICANTS, ["submitted"], [somebody(person_id=meant.person_id, status="withdrawn"), meant]
    )
    assert (found.recipients, found.left_out) == ([meant], [])


def test_who_withdrew_gets_it_when_asked_for() -> None:
    gone = somebody(status="withdrawn")
    assert reach(Audience.APPLICANTS, ["withdrawn"], [gone]).recipients == [gone]


def test_the_host_team_gets_copies_but_nobody_gets_two() -> None:
    one, host, bounced = somebody(), somebody(), somebody(bounced=True)
    found = reach(Audience.APPLICANTS, ["submitted"], [one], team=[one, host, bounced])
    assert (found.copies, found.count) == ([host], 2)
    assert [left.person_id for left in found.left_out] == [bounced.person_id]


def test_the_mark_changes_with_the_people_and_not_with_their_number() -> None:
    one, other = somebody(), somebody()
    marks = {
        reach(Audience.APPLICANTS, ["submitted"], people).mark for people in ([one], [other], [one, other])
    }
    assert len(marks) == 3


def test_every_status_has_words_and_what_is_ticked_at_first_can_be_ticked() -> None:
    for audience in Audience:
        assert set(STATUS_WORDS[audience]) == set(STATUSES[audience])
        assert set(AT_FIRST[audience]) <= set(STATUSES[audience])


@pytest.mark.parametrize("state", GroupState)
@pytest.mark.parametrize("command", GroupCommand)
def test_only_a_draft_is_saved_or_sent(state: GroupState, command: GroupCommand) -> None:
    assert GROUP.allows(state, command) == (state is GroupState.DRAFT)

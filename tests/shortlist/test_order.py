"""Ordering, handing over and reopening."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.audit.models import AuditLine
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.outbox.models import Message
from peer_visits.places.services.withdrawing import withdraw_application
from peer_visits.shortlist.invariants import find_broken
from peer_visits.shortlist.models import Shortlist, ShortlistMove
from peer_visits.shortlist.moves import Move, Wanted, step_of
from peer_visits.shortlist.queries.groups import find_group
from peer_visits.shortlist.queries.moves import list_latest_moves, list_moves_since, read_order
from peer_visits.shortlist.queries.piles import count_piles
from peer_visits.shortlist.queries.reading import find_next_to_read
from peer_visits.shortlist.queries.shortlist import find_shortlist
from peer_visits.shortlist.services.handing_over import hand_over, reopen_shortlist
from peer_visits.shortlist.services.ordering import move_lines, undo_move
from peer_visits.shortlist.states import Proposal, ShortlistState
from tests.support.factories import NOW
from tests.support.shortlist_factories import (
    HostDesk,
    application_of,
    apply_to_desk,
    make_desk,
    piles,
    put,
    put_choices,
    score_all,
)


def step(session: Session, desk: HostDesk, name: str, by: int) -> ShortlistMove | None:
    return move(session, desk, step_of(desk.choices[name], by))


def move(
    session: Session, desk: HostDesk, wanted: Wanted, actor: Person | None = None
) -> ShortlistMove | None:
    return move_lines(session, actor=actor or desk.lead, now=NOW, visit=desk.visit, wanted=wanted)


def undo(session: Session, desk: HostDesk, made: ShortlistMove | None) -> ShortlistMove | None:
    assert made is not None
    return undo_move(session, actor=desk.lead, now=NOW, visit=desk.visit, number=made.number)


def send(session: Session, desk: HostDesk, note: str = "") -> Shortlist:
    version = find_shortlist(session, desk.visit).version
    hand_over(session, actor=desk.lead, now=NOW, visit=desk.visit, version=version, note=note)
    return find_shortlist(session, desk.visit)


def withdraw(session: Session, desk: HostDesk, name: str) -> None:
    application = application_of(session, desk, name)
    withdraw_application(session, actor=desk.lead, now=NOW, application=application)


def mails(session: Session, kind: str) -> list[Message]:
    session.flush()
    return list(session.scalars(select(Message).where(Message.kind == kind).order_by(Message.to_name)))


def test_people_go_to_the_end_of_a_pile_in_the_sequence_given(session: Session) -> None:
    desk = make_desk(session, "Ada", "Bo", "Cy", "Di")
    put(session, desk, Proposal.SHORTLISTED, "Cy", "Ada")
    put(session, desk, Proposal.SHORTLISTED, "Bo")
    put(session, desk, Proposal.RESERVE, "Di")
    assert piles(session, desk) == {
        Proposal.SHORTLISTED: ["Cy", "Ada", "Bo"],
        Proposal.RESERVE: ["Di"],
        Proposal.NOT_PROPOSED: [],
    }


def test_moving_between_piles_closes_the_gap(session: Session) -> None:
    desk = make_desk(session, "Ada", "Bo", "Cy")
    put(session, desk, Proposal.SHORTLISTED, "Ada", "Bo", "Cy")
    put(session, desk, Proposal.RESERVE, "Bo")
    put(session, desk, None, "Ada")
    assert piles(session, desk)[Proposal.SHORTLISTED] == ["Cy"]
    assert count_piles(session, desk.visit) == {
        "to_decide": 1,
        "shortlisted": 1,
        "reserve": 1,
        "not_proposed": 0,
    }
    assert find_broken(session) == []


def test_moving_to_a_position(session: Session) -> None:
    desk = make_desk(session, "Ada", "Bo", "Cy")
    put(session, desk, Proposal.SHORTLISTED, "Ada", "Bo", "Cy")
    put(session, desk, Proposal.SHORTLISTED, "Cy", position=1)
    assert piles(session, desk)[Proposal.SHORTLISTED] == ["Cy", "Ada", "Bo"]


def test_a_step_up_and_down(session: Session) -> None:
    desk = make_desk(session, "Ada", "Bo", "Cy")
    put(session, desk, Proposal.RESERVE, "Ada", "Bo", "Cy")
    step(session, desk, "Cy", -1)
    step(session, desk, "Ada", 1)
    assert piles(session, desk)[Proposal.RESERVE] == ["Cy", "Ada", "Bo"]


@pytest.mark.parametrize("proposal", [None, Proposal.NOT_PROPOSED])
def test_who_is_on_no_ordered_pile_has_no_step(session: Session, proposal: Proposal | None) -> None:
    desk = make_desk(session, "Ada")
    put(session, desk, proposal, "Ada")
    assert step(session, desk, "Ada", -1) is None


def test_moves_of_two_people_who_saw_the_same_board_both_hold(session: Session) -> None:
    desk = make_desk(session, "Ada", "Bo", "Cy", "Di")
    put(session, desk, Proposal.SHORTLISTED, "Ada", "Bo")
    ada, bo = desk.choices["Ada"], desk.choices["Bo"]
    for name, actor in (("Cy", desk.lead), ("Di", desk.reviewer)):
        wanted = Move((desk.choices[name],), Proposal.SHORTLISTED, after=ada, before=bo)
        move(session, desk, lambda _order, one=wanted: [one], actor)  # type: ignore[misc]
    assert piles(session, desk)[Proposal.SHORTLISTED] == ["Ada", "Di", "Cy", "Bo"]


def test_a_move_that_changes_nothing_leaves_no_trace(session: Session) -> None:
    desk = make_desk(session, "Ada", "Bo")
    put(session, desk, Proposal.SHORTLISTED, "Ada", "Bo")
    version = find_shortlist(session, desk.visit).version
    assert put(session, desk, Proposal.SHORTLISTED, "Bo") is None
    assert find_shortlist(session, desk.visit).version == version


def test_a_move_is_taken_back_and_that_too(session: Session) -> None:
    desk = make_desk(session, "Ada", "Bo", "Cy", "Di")
    put(session, desk, Proposal.SHORTLISTED, "Ada", "Bo", "Cy")
    before = piles(session, desk)
    made = put(session, desk, Proposal.RESERVE, "Cy", "Di", "Ada")
    after = piles(session, desk)
    back = undo(session, desk, made)
    assert piles(session, desk) == before
    with pytest.raises(Refused, match="already"):
        undo(session, desk, made)
    undo(session, desk, back)
    assert piles(session, desk) == after
    assert find_broken(session) == []


def test_taking_back_leaves_what_others_moved_meanwhile(session: Session) -> None:
    desk = make_desk(session, "Ada", "Bo", "Cy")
    put(session, desk, Proposal.SHORTLISTED, "Ada", "Bo", "Cy")
    made = put(session, desk, Proposal.RESERVE, "Ada")
    put(session, desk, Proposal.SHORTLISTED, "Cy", position=1)
    undo(session, desk, made)
    assert piles(session, desk)[Proposal.SHORTLISTED] == ["Cy", "Ada", "Bo"]


def test_a_move_whose_lines_were_moved_since_is_not_taken_back(session: Session) -> None:
    desk = make_desk(session, "Ada", "Bo")
    made = put(session, desk, Proposal.SHORTLISTED, "Ada", "Bo")
    put(session, desk, Proposal.RESERVE, "Bo")
    with pytest.raises(Refused, match="moved again since"):
        undo(session, desk, made)
    assert piles(session, desk)[Proposal.RESERVE] == ["Bo"]


def test_whoever_has_withdrawn_does_not_come_back_with_a_move(session: Session) -> None:
    desk = make_desk(session, "Ada", "Bo")
    put(session, desk, Proposal.SHORTLISTED, "Ada", "Bo")
    made = put(session, desk, Proposal.RESERVE, "Ada", "Bo")
    withdraw(session, desk, "Ada")
    undo(session, desk, made)
    assert piles(session, desk)[Proposal.SHORTLISTED] == ["Bo"]
    assert find_broken(session) == []


def test_an_unknown_move_is_not_taken_back(session: Session) -> None:
    desk = make_desk(session, "Ada")
    with pytest.raises(Refused, match="already"):
        undo_move(session, actor=desk.lead, now=NOW, visit=desk.visit, number=7)


def test_the_latest_moves_say_who_and_how_many(session: Session) -> None:
    desk = make_desk(session, "Ada", "Bo", "Cy")
    first = put(session, desk, Proposal.SHORTLISTED, "Ada", "Bo")
    undo(session, desk, first)
    put(session, desk, Proposal.RESERVE, "Cy")
    newest, taking, taken = list_latest_moves(session, desk.visit)
    assert (newest.name, len(newest.lines), newest.to, newest.may_undo) == ("Lea Lead", 1, "reserve", True)
    assert (taking.is_undo, taken.is_undone, taken.may_undo) == (True, True, False)
    assert [one.number for one in list_moves_since(session, desk.visit, taken.number)] == [
        newest.number,
        taking.number,
    ]


def test_a_withdrawal_brings_open_boards_a_version_on(session: Session) -> None:
    desk = make_desk(session, "Ada", "Bo")
    put(session, desk, Proposal.SHORTLISTED, "Ada")
    version = find_shortlist(session, desk.visit).version
    withdraw(session, desk, "Bo")
    assert find_shortlist(session, desk.visit).version == version + 1


def test_unknown_people_cannot_be_placed(session: Session) -> None:
    desk, other = make_desk(session, "Ada"), make_desk(session, "Bo")
    for choice_ids in ([uuid.uuid4()], [other.choices["Bo"]]):
        with pytest.raises(Refused, match="at least one"):
            put_choices(session, desk.lead, desk.visit, choice_ids, Proposal.SHORTLISTED)


def test_who_withdraws_vanishes_from_every_figure(session: Session) -> None:
    desk = make_desk(session, "Ada", "Bo", "Cy")
    put(session, desk, Proposal.SHORTLISTED, "Ada", "Bo", "Cy")
    withdraw(session, desk, "Bo")
    assert piles(session, desk)[Proposal.SHORTLISTED] == ["Ada", "Cy"]
    assert count_piles(session, desk.visit)["shortlisted"] == 2
    assert find_group(session, read_order(session, desk.visit)[Proposal.SHORTLISTED]).size == 2


def test_ordering_after_a_withdrawal_leaves_no_doubled_position(session: Session) -> None:
    desk = make_desk(session, "Ada", "Bo", "Cy")
    put(session, desk, Proposal.SHORTLISTED, "Ada", "Bo", "Cy")
    withdraw(session, desk, "Ada")
    step(session, desk, "Cy", -1)
    assert piles(session, desk)[Proposal.SHORTLISTED] == ["Cy", "Bo"]
    assert find_broken(session) == []


def test_the_group_counts_the_shortlisted_alone(session: Session) -> None:
    desk = make_desk(session)
    for name, country in (("Ada", "FI"), ("Bo", "IT"), ("Cy", "IT"), ("Di", "PL")):
        apply_to_desk(session, desk, name, person={"country": country})
    put(session, desk, Proposal.SHORTLISTED, "Ada", "Bo", "Cy")
    put(session, desk, Proposal.RESERVE, "Di")
    group = find_group(session, read_order(session, desk.visit)[Proposal.SHORTLISTED])
    assert (group.size, list(group.countries.items())) == (3, [("IT", 2), ("FI", 1)])
    assert sum(group.kinds.values()) == 3


def test_the_next_to_read_is_the_least_read_then_the_oldest(session: Session) -> None:
    desk = make_desk(session, "Ada", "Bo", "Cy")
    score_all(session, desk, "Ada", 3, desk.reviewer)
    score_all(session, desk, "Bo", 3)
    assert find_next_to_read(session, desk.visit, desk.lead) == desk.choices["Cy"]
    assert find_next_to_read(session, desk.visit, desk.reviewer) == desk.choices["Cy"]
    score_all(session, desk, "Cy", 3)
    score_all(session, desk, "Ada", 3)
    assert find_next_to_read(session, desk.visit, desk.lead) is None


def test_handing_over_locks_and_tells_every_organiser(session: Session) -> None:
    desk = make_desk(session, "Ada", "Bo")
    put(session, desk, Proposal.SHORTLISTED, "Ada")
    shortlist = send(session, desk, note="Two from one city.")
    assert shortlist.state is ShortlistState.HANDED_OVER
    assert (shortlist.handed_over_at, shortlist.handed_over_by) == (NOW, desk.lead.id)
    (mail,) = mails(session, "shortlist.handed_over")
    assert (mail.to_address, mail.person_id) == (desk.organiser.email, desk.organiser.id)
    assert "Two from one city." in mail.text
    assert "Ada" not in mail.text + mail.html
    with pytest.raises(Refused, match="sent to the organiser"):
        put(session, desk, Proposal.SHORTLISTED, "Bo")
    line = session.scalars(select(AuditLine).where(AuditLine.action == "shortlist.handed_over")).one()
    assert line.detail["shortlisted"] == 1


def test_a_note_of_markup_is_text_in_the_mail(session: Session) -> None:
    desk = make_desk(session, "Ada")
    put(session, desk, Proposal.SHORTLISTED, "Ada")
    send(session, desk, note="<img src=x> & more")
    (mail,) = mails(session, "shortlist.handed_over")
    assert "<img src=x> & more" in mail.text
    assert "&lt;img src=x&gt; &amp; more" in mail.html


def test_handing_over_waits_for_the_close_to_the_second(session: Session) -> None:
    desk = make_desk(session, "Ada", is_closed=False)
    put(session, desk, Proposal.SHORTLISTED, "Ada")
    version = find_shortlist(session, desk.visit).version
    just_before = desk.call.closes_at - timedelta(seconds=1)
    with pytest.raises(Refused, match="still open"):
        hand_over(session, actor=desk.lead, now=just_before, visit=desk.visit, version=version, note="")
    hand_over(session, actor=desk.lead, now=desk.call.closes_at, visit=desk.visit, version=version, note="")
    assert find_shortlist(session, desk.visit).state is ShortlistState.HANDED_OVER


def test_handing_over_twice_sends_one_mail(session: Session) -> None:
    desk = make_desk(session, "Ada")
    put(session, desk, Proposal.SHORTLISTED, "Ada")
    send(session, desk)
    with pytest.raises(Refused, match="Lea Lead has already sent"):
        send(session, desk)
    assert len(mails(session, "shortlist.handed_over")) == 1


def test_who_sends_what_has_been_moved_meanwhile_is_told_to_look_again(session: Session) -> None:
    desk = make_desk(session, "Ada", "Bo")
    put(session, desk, Proposal.SHORTLISTED, "Ada")
    seen = find_shortlist(session, desk.visit).version
    put(session, desk, Proposal.RESERVE, "Bo")
    with pytest.raises(Stale, match="moved somebody"):
        hand_over(session, actor=desk.lead, now=NOW, visit=desk.visit, version=seen, note="")
    assert find_shortlist(session, desk.visit).state is ShortlistState.OPEN


def test_reopening_gives_it_back_and_tells_the_team(session: Session) -> None:
    desk = make_desk(session, "Ada", "Bo")
    put(session, desk, Proposal.SHORTLISTED, "Ada")
    send(session, desk)
    reopen_shortlist(session, actor=desk.organiser, now=NOW, visit=desk.visit)
    shortlist = find_shortlist(session, desk.visit)
    assert (shortlist.state, shortlist.handed_over_at) == (ShortlistState.OPEN, None)
    told = [mail.to_name for mail in mails(session, "shortlist.reopened")]
    assert told == ["Lea Lead", "Rita Reviewer"]
    put(session, desk, Proposal.SHORTLISTED, "Bo")
    send(session, desk)
    assert len(mails(session, "shortlist.handed_over")) == 2


def test_only_what_was_sent_can_be_reopened(session: Session) -> None:
    desk = make_desk(session)
    with pytest.raises(Refused, match="open already"):
        reopen_shortlist(session, actor=desk.organiser, now=NOW, visit=desk.visit)


def test_a_decided_call_keeps_its_shortlists(session: Session) -> None:
    desk = make_desk(session, "Ada")
    put(session, desk, Proposal.SHORTLISTED, "Ada")
    send(session, desk)
    desk.call.decided_at = NOW
    session.flush()
    with pytest.raises(Refused, match="decided"):
        reopen_shortlist(session, actor=desk.organiser, now=NOW, visit=desk.visit)


def test_a_call_that_has_not_opened_yet_cannot_be_handed_over(session: Session) -> None:
    desk = make_desk(session, "Ada", is_closed=False)
    put(session, desk, Proposal.SHORTLISTED, "Ada")
    before = desk.call.opens_at - timedelta(days=1)
    with pytest.raises(Refused, match="still open"):
        hand_over(session, actor=desk.lead, now=before, visit=desk.visit, version=1, note="")


def test_after_a_withdrawal_positions_are_counted_anew(session: Session) -> None:
    desk = make_desk(session, "Ada", "Bo", "Cy")
    put(session, desk, Proposal.SHORTLISTED, "Ada", "Bo", "Cy")
    withdraw(session, desk, "Bo")
    assert read_order(session, desk.visit)[Proposal.SHORTLISTED] == [desk.choices["Ada"], desk.choices["Cy"]]

"""Who reads what: evenly, never in a conflict, never taking away what was begun."""

from __future__ import annotations

import random
import uuid
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.kernel.errors import Refused
from peer_visits.shortlist.models import ReadingTask, Review
from peer_visits.shortlist.queries.reading import count_missing, find_next_to_read
from peer_visits.shortlist.rules import shared_out
from peer_visits.shortlist.services.conflicts import answer_conflict
from peer_visits.shortlist.services.sharing_out import split_reading
from peer_visits.shortlist.services.team import add_member, remove_member
from peer_visits.shortlist.sweeps import share_out_new_applications
from peer_visits.storage.transaction import writing
from peer_visits.visits.states import HostRole
from tests.support.factories import NOW, make_host, make_person
from tests.support.shortlist_factories import HostDesk, apply_to_desk, make_desk, score_all

NAMES = [f"Applicant {number}" for number in range(6)]


def ids(count: int) -> list[uuid.UUID]:
    chance = random.Random(count)
    return [uuid.UUID(int=chance.getrandbits(128)) for _ in range(count)]


@given(
    choices=st.integers(0, 25),
    readers=st.integers(0, 6),
    per_choice=st.integers(1, 4),
    seed=st.integers(0, 1000),
)
def test_everything_is_read_evenly_and_nothing_where_it_may_not(
    choices: int, readers: int, per_choice: int, seed: int
) -> None:
    chance = random.Random(seed)
    wanted, team = ids(choices), ids(readers + 100)[:readers]
    pairs = [(one, reader) for one in wanted for reader in team]
    barred = {pair for pair in pairs if chance.random() < 0.15}
    begun = {pair for pair in pairs if pair not in barred and chance.random() < 0.1}
    before = {pair for pair in pairs if chance.random() < 0.3}
    found = shared_out(wanted, team, per_choice, begun=begun, before=before, barred=barred)
    assert begun <= found
    assert not barred & found
    for one in wanted:
        free = sum((one, reader) not in barred for reader in team)
        begun_here = sum(pair[0] == one for pair in begun)
        assert sum(pair[0] == one for pair in found) == max(begun_here, min(per_choice, free))


@pytest.mark.parametrize(("choices", "readers", "per_choice"), [(60, 4, 2), (61, 5, 3), (7, 3, 1)])
def test_loads_differ_by_one_at_most(choices: int, readers: int, per_choice: int) -> None:
    found = shared_out(ids(choices), ids(readers), per_choice, begun=(), before=(), barred=())
    loads = Counter(reader for _choice, reader in found)
    assert max(loads.values()) - min(loads.values()) <= 1


def test_a_newcomer_gets_a_fair_share_and_nobody_else_more() -> None:
    choices, team = ids(60), ids(4)
    before = shared_out(choices, team[:3], 2, begun=(), before=(), barred=())
    after = shared_out(choices, team, 2, begun=(), before=before, barred=())
    loads = Counter(reader for _choice, reader in after)
    assert set(loads.values()) == {30}
    assert all(pair in before for pair in after if pair[1] != team[3])


def tasks(session: Session, desk: HostDesk) -> dict[uuid.UUID, set[uuid.UUID]]:
    found: dict[uuid.UUID, set[uuid.UUID]] = {one: set() for one in desk.choices.values()}
    for task in session.scalars(select(ReadingTask)):
        found[task.choice_id].add(task.reader_id)
    return found


def split(session: Session, desk: HostDesk, readers: int | None) -> None:
    split_reading(session, actor=desk.lead, now=NOW, visit=desk.visit, readers=readers)


def test_each_reads_half_and_only_that_comes_next(session: Session) -> None:
    desk = make_desk(session, *NAMES)
    split(session, desk, 1)
    found = tasks(session, desk)
    assert Counter(reader for readers in found.values() for reader in readers) == {
        desk.lead.id: 3,
        desk.reviewer.id: 3,
    }
    assert count_missing(session, desk.visit) == 6
    read = []
    while (choice := find_next_to_read(session, desk.visit, desk.reviewer)) is not None:
        name = next(name for name, one in desk.choices.items() if one == choice)
        score_all(session, desk, name, 3, desk.reviewer)
        read.append(choice)
    assert {one for one in found if desk.reviewer.id in found[one]} == set(read)
    assert count_missing(session, desk.visit) == 3


def test_everybody_reads_all_without_a_split(session: Session) -> None:
    desk = make_desk(session, *NAMES)
    split(session, desk, 1)
    split(session, desk, None)
    assert not any(tasks(session, desk).values())
    assert count_missing(session, desk.visit) == 12


@pytest.mark.parametrize("readers", [0, 21])
def test_a_number_without_sense_is_refused(session: Session, readers: int) -> None:
    with pytest.raises(Refused):
        split(session, make_desk(session), readers)


def test_who_leaves_keeps_what_was_read_and_frees_the_rest(session: Session) -> None:
    desk = make_desk(session, *NAMES)
    split(session, desk, 1)
    mine = next(iter(one for one, readers in tasks(session, desk).items() if desk.reviewer.id in readers))
    name = next(name for name, one in desk.choices.items() if one == mine)
    score_all(session, desk, name, 4, desk.reviewer)
    remove_member(
        session,
        actor=desk.lead,
        now=NOW,
        visit=desk.visit,
        person_id=desk.reviewer.id,
        as_organiser=False,
    )
    found = tasks(session, desk)
    assert all(readers == {desk.lead.id} for readers in found.values())
    (review,) = session.scalars(select(Review))
    assert (review.reviewer_id, review.points) == (desk.reviewer.id, 80)


def test_who_joins_takes_over_without_taking_away(session: Session) -> None:
    desk = make_desk(session, *NAMES)
    split(session, desk, 1)
    begun = [name for name in NAMES[:4] if desk.lead.id in tasks(session, desk)[desk.choices[name]]]
    for name in begun:
        score_all(session, desk, name, 3)
    newcomer = make_person(session, "Nora Newcomer")
    add_member(session, desk.visit, newcomer, HostRole.EXPERT)
    found = tasks(session, desk)
    assert all(desk.lead.id in found[desk.choices[name]] for name in begun)
    assert Counter(reader for readers in found.values() for reader in readers)[newcomer.id] == 2


def test_a_conflict_hands_the_application_to_somebody_else(session: Session) -> None:
    desk = make_desk(session, *NAMES)
    split(session, desk, 1)
    mine = next(one for one, readers in tasks(session, desk).items() if readers == {desk.reviewer.id})
    answer_conflict(session, actor=desk.reviewer, now=NOW, visit=desk.visit, choice_id=mine, has=True)
    assert tasks(session, desk)[mine] == {desk.lead.id}


@pytest.mark.usefixtures("app")
def test_what_comes_in_later_is_shared_out_by_the_sweep() -> None:
    with writing() as session:
        desk = make_desk(session, "Ada")
        make_host(session, desk.visit, "Third", HostRole.REVIEWER)
        split(session, desk, 2)
        apply_to_desk(session, desk, "Late")
    assert share_out_new_applications(NOW) == 1
    assert share_out_new_applications(NOW) == 0
    with writing() as session:
        assert [len(readers) for readers in tasks(session, desk).values()] == [2, 2]

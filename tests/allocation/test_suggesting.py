"""A balanced group: the best by score within the caps, with a reason for everybody; looked for beside the requests."""

from __future__ import annotations

import html
import itertools
import random
import re
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from peer_visits.accounts.models import Person
from peer_visits.allocation.solving import Answer, SolverFailed, solve
from peer_visits.allocation.suggesting.background import work_off_groups
from peer_visits.allocation.suggesting.queries import as_answer, find_suggested_group, read_question
from peer_visits.allocation.suggesting.rules import (
    Candidate,
    Caps,
    Found,
    Question,
    Suggestion,
    explain,
    find_group,
)
from peer_visits.allocation.suggesting.services import SUGGESTED_GROUPS
from peer_visits.applications.models import Choice
from peer_visits.audit.models import AuditLine
from peer_visits.calls.models import Call
from peer_visits.shortlist.queries.moves import read_order
from peer_visits.shortlist.queries.shortlist import find_shortlist
from peer_visits.shortlist.services.handing_over import hand_over
from peer_visits.shortlist.states import Proposal
from peer_visits.storage.leases import LEASE, MOST_ATTEMPTS
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.models import Visit
from tests.support.factories import NOW
from tests.support.shortlist_factories import HostDesk, apply_to_desk, make_desk, piles, put, score_all

ClientOf = Callable[[Person], FlaskClient]


def candidate(
    number: int, score: float, country: str = "FI", organisation: str = "", rank: int = 1
) -> Candidate:
    return Candidate(uuid.UUID(int=number), score, rank, country, organisation)


def suggested(pool: Sequence[Candidate], capacity: int, caps: Caps) -> Suggestion:
    question = Question(pool, capacity, caps, seed="s")
    return explain(question, find_group(question))


def keeps(group: tuple[Candidate, ...], caps: Caps) -> bool:
    countries = Counter(one.country for one in group)
    organisations = Counter(one.organisation for one in group if one.organisation)
    return all(count <= (caps.country or 99) for count in countries.values()) and all(
        count <= (caps.organisation or 99) for count in organisations.values()
    )


def test_the_group_is_the_best_there_is_within_the_caps() -> None:
    """Compared with every possible group of a small pool."""
    chance = random.Random(5)
    for seed in range(4):
        pool = [
            candidate(number, chance.randint(0, 100), chance.choice("ABC"), chance.choice("xyz"))
            for number in range(1, 10)
        ]
        caps, capacity = Caps(2, 1 + seed % 2), 4
        found = suggested(pool, capacity, caps)
        group = tuple(one.candidate for one in found.group)
        assert keeps(group, caps)
        best = max(
            (len(other), sum(one.score for one in other))
            for size in range(capacity + 1)
            for other in itertools.combinations(pool, size)
            if keeps(other, caps)
        )
        assert (len(group), sum(one.score for one in group)) == best
        assert found.is_proven


def test_without_caps_it_is_the_best_by_score() -> None:
    pool = [candidate(number, number * 10) for number in range(1, 6)]
    found = suggested(pool, 2, Caps(None, None))
    assert [one.candidate.score for one in found.group] == [50, 40]
    assert [str(one.reason) for one in found.group] == ["Number 1 by score.", "Number 2 by score."]
    assert found.passed_over == ()


def test_everybody_has_a_reason() -> None:
    pool = [
        candidate(1, 90, "IT", "turin"),
        candidate(2, 80, "IT", "rome"),
        candidate(3, 70, "FI", "turin"),
        candidate(4, 60, "PL"),
    ]
    group = frozenset({pool[0].choice, pool[3].choice})
    found = explain(Question(pool, 2, Caps(1, 1), seed="s"), Found(group, is_proven=True))
    assert str(found.group[1].reason) == (
        "Number 4 by score; 2 with more points would take the group over a limit."
    )
    assert [str(one.reason).split(" already")[0] for one in found.passed_over] == [
        "The group has 1 of this country",
        "The group has 1 of this organisation",
    ]


@pytest.fixture
def desk(app: Flask) -> HostDesk:
    """Two from Italy lead by score; a third applicant is turned down, a fourth is not scored."""
    with writing() as session:
        made = make_desk(session, capacity=2)
        made.call.most_per_country = 1
        people = (("Ada", "IT", 5), ("Bo", "IT", 4), ("Cy", "FI", 3), ("Di", "PL", 5), ("Ed", "DE", None))
        for name, country, points in people:
            apply_to_desk(session, made, name, person={"country": country})
            if points is not None:
                score_all(session, made, name, points)
        put(session, made, Proposal.NOT_PROPOSED, "Di")
        put(session, made, Proposal.SHORTLISTED, "Bo")
        return made


@dataclass
class Room:
    """The page of the suggestion, before whoever leads the team."""

    desk: HostDesk
    client: FlaskClient

    @property
    def board(self) -> str:
        return f"/host/{self.desk.visit.slug}"

    def ask(self) -> TestResponse:
        return self.client.post(f"{self.board}/suggestion")

    def look(self) -> str:
        return self.client.get(f"{self.board}/suggestion").text

    def look_for(self) -> str:
        """Ask, let a worker do it, and look."""
        assert self.ask().status_code == 302
        assert work_off_groups(NOW) == 1
        return self.look()

    def progress(self) -> dict[str, Any]:
        return dict(self.client.get(f"{self.board}/suggestion/progress").get_json())


@pytest.fixture
def room(desk: HostDesk, at_now: datetime, client_of: ClientOf) -> Room:
    assert at_now == NOW
    return Room(desk, client_of(desk.lead))


def in_group(page: str) -> list[str]:
    return re.findall(r"<bdi>(Ada|Bo|Cy|Di|Ed)</bdi>", page)


def moves_in(page: str) -> str:
    [tried] = re.findall(r'name="tried" value="([^"]*)"', page)
    return html.unescape(tried)


def test_a_lead_sees_the_group_tries_it_and_takes_it_as_one_move(room: Room) -> None:
    assert 'name="tried"' not in room.look(), "nothing is worked out in the request"
    page = room.look_for()
    assert "Number 3 by score; 1 with more points would take the group over a limit." in page
    assert in_group(page) == ["Ada", "Cy", "Bo"]
    assert "The group has 1 of this country already" in page
    assert "1 applicant has no score yet" in page
    form = {"tried": moves_in(page)}
    tried = room.client.post(f"{room.board}/try", data={**form, "again": "1"}).text
    assert "You are trying 2 moves" in tried
    room.client.post(f"{room.board}/order", data={**form, "keep": "1"})
    reading().rollback()
    assert piles(reading(), room.desk) == {
        Proposal.SHORTLISTED: ["Ada", "Cy"],
        Proposal.RESERVE: ["Bo"],
        Proposal.NOT_PROPOSED: ["Di"],
    }
    assert "have changed since" not in room.look(), "what was taken is what was suggested"


def test_the_worker_finds_what_the_question_has_as_its_answer(room: Room) -> None:
    room.look_for()
    reading().rollback()
    question = read_question(reading(), room.desk.visit, read_order(reading(), room.desk.visit))
    kept = find_suggested_group(reading(), room.desk.visit)
    assert kept
    assert kept.answer == as_answer(find_group(question), question)
    first = dict(kept.answer)
    room.look_for()
    reading().rollback()
    again = find_suggested_group(reading(), room.desk.visit)
    assert again
    assert again.answer == first


def test_the_page_waits_and_says_how_far_it_is(room: Room) -> None:
    assert room.progress() == {"over": True, "words": "It is over."}
    room.ask()
    page = room.look()
    assert "A group is being looked for" in page
    assert "It waits for its turn." in page
    assert "Suggest a group</button>" not in page
    assert room.progress() == {"over": False, "words": "It waits for its turn."}
    with writing() as session:
        assert SUGGESTED_GROUPS.claim(session, now=NOW)
        assert not SUGGESTED_GROUPS.claim(session, now=NOW), "one worker has it"
    assert room.progress()["words"].startswith("At work.")
    with writing() as session:
        assert SUGGESTED_GROUPS.claim(session, now=NOW + 2 * LEASE), "and may have died"


def test_who_asks_anew_takes_the_place_of_a_search_under_way(room: Room) -> None:
    room.ask()
    with writing() as session:
        claim = SUGGESTED_GROUPS.claim(session, now=NOW)
    assert claim
    room.ask()
    with writing() as session:
        assert not SUGGESTED_GROUPS.finish(session, claim, {"group": []})
    assert work_off_groups(NOW) == 1
    assert in_group(room.look()) == ["Ada", "Cy", "Bo"]


def test_a_worker_that_is_told_to_end_leaves_the_search_to_another(room: Room) -> None:
    room.ask()
    looks = iter([False])
    assert work_off_groups(NOW, lambda: next(looks, True)) == 0
    assert room.progress() == {"over": False, "words": "It waits for its turn."}
    assert work_off_groups(NOW) == 1


def test_a_search_that_fails_is_told(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: Any, **_more: Any) -> None:
        raise SolverFailed("out of memory")

    monkeypatch.setattr("peer_visits.allocation.suggesting.background.find_group", fail)
    page = room.look_for()
    assert "could not be worked out just now" in page
    assert "Suggest a group</button>" in page
    monkeypatch.undo()
    assert in_group(room.look_for()) == ["Ada", "Cy", "Bo"]


def test_a_search_that_costs_three_workers_their_life_is_given_up(room: Room) -> None:
    room.ask()
    for number in range(MOST_ATTEMPTS + 1):
        with writing() as session:
            claim = SUGGESTED_GROUPS.claim(session, now=NOW + 2 * number * LEASE)
        assert (claim is None) is (number == MOST_ATTEMPTS)
    assert "interrupted three times" in room.look()


def test_without_a_group_in_time_it_says_so(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("peer_visits.allocation.suggesting.rules.solve", lambda *_, **__: Answer("unknown"))
    assert "could not be worked out just now" in room.look_for()


def test_time_that_was_up_is_told_and_asked_for_again(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "peer_visits.allocation.suggesting.rules.solve",
        lambda *given, **more: replace(solve(*given, **more), status="feasible"),
    )
    page = room.look_for()
    assert "Time was up" in page
    assert "Suggest a group again</button>" in page


@pytest.mark.parametrize("change", ["score", "turned down", "limit", "places", "withdrawn"])
def test_a_group_is_out_of_date_once_its_question_has_changed(room: Room, change: str) -> None:
    room.look_for()
    with writing() as session:
        CHANGES[change](session, room.desk)
    page = room.look()
    assert "Scores, piles or limits have changed since" in page
    assert "by score" not in page, "reasons were for what was true then"
    assert "Suggest a group again</button>" in page
    assert in_group(page) == (["Ada", "Cy"] if change not in {"turned down", "withdrawn"} else ["Ada"])
    assert "have changed since" not in room.look_for()


def _change_limit(session: Session, desk: HostDesk) -> None:
    session.get_one(Call, desk.call.id).most_per_country = 2


def _change_places(session: Session, desk: HostDesk) -> None:
    session.get_one(Visit, desk.visit.id).capacity = 3


def _withdraw(session: Session, desk: HostDesk) -> None:
    session.get_one(Choice, desk.choices["Cy"]).is_sent = False


CHANGES: dict[str, Callable[[Session, HostDesk], object]] = {
    "score": lambda session, desk: score_all(session, desk, "Ed", 1),
    "turned down": lambda session, desk: put(session, desk, Proposal.NOT_PROPOSED, "Cy"),
    "limit": _change_limit,
    "places": _change_places,
    "withdrawn": _withdraw,
}


def test_moves_between_the_piles_that_count_change_no_suggestion(room: Room) -> None:
    room.look_for()
    with writing() as session:
        put(session, room.desk, Proposal.RESERVE, "Bo")
    assert "have changed since" not in room.look()


def test_who_asked_and_when_is_in_the_log(room: Room) -> None:
    room.ask()
    reading().rollback()
    [line] = reading().scalars(select(AuditLine).filter_by(action="shortlist.group_asked"))
    assert (line.actor_id, line.at) == (room.desk.lead.id, NOW)


@pytest.mark.usefixtures("at_now")
def test_a_reviewer_does_not_see_what_is_made_of_the_teams_scores(
    desk: HostDesk, client_of: ClientOf
) -> None:
    reviewer, board = client_of(desk.reviewer), f"/host/{desk.visit.slug}"
    assert reviewer.get(f"{board}/suggestion").status_code == 403
    assert reviewer.post(f"{board}/suggestion").status_code == 403
    assert reviewer.get(f"{board}/suggestion/progress").status_code == 403
    assert "/suggestion" not in reviewer.get(board).text


@pytest.mark.usefixtures("at_now")
def test_nothing_is_suggested_without_scores_or_after_the_hand_over(
    app: Flask, desk: HostDesk, client_of: ClientOf
) -> None:
    with writing() as session:
        empty = make_desk(session, "Ada")
        version = find_shortlist(session, desk.visit).version
        hand_over(session, actor=desk.lead, now=NOW, visit=desk.visit, version=version, note="")
    unscored = Room(empty, client_of(empty.lead))
    assert "Nobody has a score yet" in unscored.look()
    assert unscored.ask().status_code == 422
    handed_over = Room(desk, client_of(desk.lead))
    page = handed_over.look()
    assert "The shortlist is with the organiser" in page
    assert 'name="tried"' not in page
    refused = handed_over.ask()
    assert refused.status_code == 422
    assert "ask them to reopen it" in refused.text

"""A balanced group: the best by score within the caps, with a reason for everybody; and its page."""

from __future__ import annotations

import html
import itertools
import random
import re
import uuid
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from peer_visits.accounts.models import Person
from peer_visits.allocation.suggesting.rules import Candidate, Caps, explain, suggest_group
from peer_visits.shortlist.queries.shortlist import find_shortlist
from peer_visits.shortlist.services.handing_over import hand_over
from peer_visits.shortlist.states import Proposal
from peer_visits.storage.transaction import reading, writing
from tests.support.factories import NOW
from tests.support.shortlist_factories import HostDesk, apply_to_desk, make_desk, piles, put, score_all

ClientOf = Callable[[Person], FlaskClient]


def candidate(
    number: int, score: float, country: str = "FI", organisation: str = "", rank: int = 1
) -> Candidate:
    return Candidate(uuid.UUID(int=number), score, rank, country, organisation)


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
        found = suggest_group(pool, capacity, caps, seed="s")
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
    found = suggest_group(pool, 2, Caps(None, None), seed="s")
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
    found = explain(pool, {pool[0].choice, pool[3].choice}, Caps(1, 1), is_proven=True)
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


@pytest.mark.usefixtures("at_now")
def test_a_lead_sees_the_group_tries_it_and_takes_it_as_one_move(desk: HostDesk, client_of: ClientOf) -> None:
    client, board = client_of(desk.lead), f"/host/{desk.visit.slug}"
    page = client.get(f"{board}/suggestion").text
    assert "Number 3 by score; 1 with more points would take the group over a limit." in page
    assert re.findall(r"<bdi>(Ada|Bo|Cy|Di|Ed)</bdi>", page) == ["Ada", "Cy", "Bo"]
    assert "The group has 1 of this country already" in page
    assert "1 applicant has no score yet" in page
    [tried] = re.findall(r'name="tried" value="([^"]*)"', page)
    form = {"tried": html.unescape(tried)}
    assert "You are trying 2 moves" in client.post(f"{board}/try", data={**form, "again": "1"}).text
    client.post(f"{board}/order", data={**form, "keep": "1"})
    reading().rollback()
    assert piles(reading(), desk) == {
        Proposal.SHORTLISTED: ["Ada", "Cy"],
        Proposal.RESERVE: ["Bo"],
        Proposal.NOT_PROPOSED: ["Di"],
    }


@pytest.mark.usefixtures("at_now")
def test_a_reviewer_does_not_see_what_is_made_of_the_teams_scores(
    desk: HostDesk, client_of: ClientOf
) -> None:
    assert client_of(desk.reviewer).get(f"/host/{desk.visit.slug}/suggestion").status_code == 403
    assert "/suggestion" not in client_of(desk.reviewer).get(f"/host/{desk.visit.slug}").text


@pytest.mark.usefixtures("at_now")
def test_nothing_is_suggested_without_scores_or_after_the_hand_over(
    app: Flask, desk: HostDesk, client_of: ClientOf
) -> None:
    with writing() as session:
        empty = make_desk(session, "Ada")
        version = find_shortlist(session, desk.visit).version
        hand_over(session, actor=desk.lead, now=NOW, visit=desk.visit, version=version, note="")
    assert "Nobody has a score yet" in client_of(empty.lead).get(f"/host/{empty.visit.slug}/suggestion").text
    page = client_of(desk.lead).get(f"/host/{desk.visit.slug}/suggestion").text
    assert "The shortlist is with the organiser" in page
    assert 'name="tried"' not in page

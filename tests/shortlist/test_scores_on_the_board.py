"""Raw and adjusted scores on the board, which of them orders, and whom to read a second time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.calls.models import Call
from peer_visits.calls.states import ScoreOrder
from peer_visits.shortlist.queries.scores import read_team_scores
from peer_visits.storage.transaction import writing
from tests.support.shortlist_factories import HostDesk, make_desk, score_all

ClientOf = Callable[[Person], FlaskClient]

pytestmark = pytest.mark.usefixtures("at_now")


def uneven_desk(session: Session) -> HostDesk:
    """The lead is mild and the reviewer strict, as three read by both show; Di and Ed are read once each."""
    desk = make_desk(session, "Ada", "Bo", "Cy", "Di", "Ed")
    for name, mild, strict in (("Ada", 5, 2), ("Bo", 4, 1), ("Cy", 5, 2)):
        score_all(session, desk, name, mild)
        score_all(session, desk, name, strict, desk.reviewer)
    score_all(session, desk, "Di", 4)
    score_all(session, desk, "Ed", 3, desk.reviewer)
    return desk


@pytest.mark.parametrize(("order", "first"), [(ScoreOrder.RAW, "Di"), (ScoreOrder.ADJUSTED, "Ed")])
def test_the_undecided_stand_in_the_order_that_the_call_chose(
    app: Flask, client_of: ClientOf, order: ScoreOrder, first: str
) -> None:
    with writing() as session:
        desk = uneven_desk(session)
        session.get_one(Call, desk.call.id).score_order = order
    page = client_of(desk.lead).get(f"/host/{desk.visit.slug}").text
    found = sorted(("Di", "Ed"), key=lambda name: page.index(f"<bdi>{name}</bdi>"))
    assert found[0] == first
    assert "adjusted " in page
    assert "takes off how much stricter or milder" in page


def test_a_reviewer_sees_neither_the_teams_scores_nor_the_sheet(app: Flask, client_of: ClientOf) -> None:
    with writing() as session:
        desk = uneven_desk(session)
    page = client_of(desk.reviewer).get(f"/host/{desk.visit.slug}").text
    assert "adjusted " not in page
    assert "selection-sheet" not in page


def test_where_one_reads_all_the_page_says_that_nothing_is_adjusted(app: Flask, client_of: ClientOf) -> None:
    with writing() as session:
        desk = make_desk(session, "Ada", "Bo")
        for name in desk.choices:
            score_all(session, desk, name, 3)
    page = client_of(desk.lead).get(f"/host/{desk.visit.slug}").text
    assert "One reader scored this whole visit" in page
    assert "±" not in page


def test_who_was_read_once_near_the_last_place_is_to_be_read_again(session: Session) -> None:
    desk = make_desk(session, "Ada", "Bo", "Cy", "Di", "Ed", capacity=2)
    for name, points in (("Ada", 5), ("Bo", 4), ("Cy", 4), ("Di", 0), ("Ed", 0)):
        score_all(session, desk, name, points)
    score_all(session, desk, "Bo", 4, desk.reviewer)
    found = read_team_scores(session, desk.visit, hidden=False)
    assert [seen.label for seen in found.second] == ["Cy"]

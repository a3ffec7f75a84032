"""The board as people use it without a script: sections, moves, undo, trying without saving, others' moves."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.calls.models import Call
from peer_visits.calls.states import ScoreOrder
from peer_visits.shortlist.models import ShortlistMove
from peer_visits.shortlist.queries.board import WINDOW
from peer_visits.shortlist.queries.shortlist import find_shortlist
from peer_visits.shortlist.services.handing_over import hand_over
from peer_visits.shortlist.states import Proposal
from peer_visits.storage.transaction import db, reading, writing
from peer_visits.visits.states import HostRole
from peer_visits.web.pages import PAGE_SIZE
from tests.support.factories import NOW, make_host
from tests.support.shortlist_factories import HostDesk, apply_to_desk, make_desk, piles, put, score_all
from tests.support.statements import counting

ClientOf = Callable[[Person], FlaskClient]
S, R, N = Proposal.SHORTLISTED, Proposal.RESERVE, Proposal.NOT_PROPOSED

pytestmark = pytest.mark.usefixtures("at_now")


@pytest.fixture
def desk(app: Flask) -> HostDesk:
    """Five applications; Ada and Bo are shortlisted, Cy is on the reserve."""
    with writing() as session:
        made = make_desk(session, "Ada", "Bo", "Cy", "Di", "Ed", capacity=2)
        put(session, made, S, "Ada", "Bo")
        put(session, made, R, "Cy")
        return made


def fresh() -> Session:
    reading().rollback()
    return reading()


def board(desk: HostDesk) -> str:
    return f"/host/{desk.visit.slug}"


def shown(page: str) -> dict[str, list[str]]:
    """The names on a board, by pile."""
    parts = re.split(r'<tbody data-pile="(\w+)"', page)
    return {
        pile: re.findall(r'data-name="([^"]+)"', body)
        for pile, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def tried(page: str) -> str:
    found = re.search(r'name="tried" value="([^"]*)"', page)
    assert found
    return found.group(1).replace("&#34;", '"')


def test_the_piles_stand_one_below_the_other(desk: HostDesk, client_of: ClientOf) -> None:
    with writing() as session:
        score_all(session, desk, "Ed", 4)
    assert shown(client_of(desk.lead).get(board(desk)).text) == {
        "shortlisted": ["Ada", "Bo"],
        "reserve": ["Cy"],
        "to_decide": ["Ed", "Di"],
        "not_proposed": [],
    }


def test_many_who_are_not_proposed_are_shown_when_asked_for(app: Flask, client_of: ClientOf) -> None:
    names = [f"Person {number:03}" for number in range(PAGE_SIZE + 1)]
    with writing() as session:
        desk = make_desk(session, *names)
        put(session, desk, N, *names[1:])
    client = client_of(desk.lead)
    assert set(shown(client.get(board(desk)).text)["not_proposed"]) == set(names[1:])
    with writing() as session:
        put(session, desk, N, names[0])
    page = client.get(board(desk)).text
    assert shown(page)["not_proposed"] == []
    assert "pile=not_proposed" in page
    assert len(shown(client.get(board(desk) + "?pile=not_proposed").text)["not_proposed"]) == PAGE_SIZE
    assert shown(client.get(board(desk) + "?q=007").text)["not_proposed"] == ["Person 007"]


def test_a_long_pile_is_cut_and_shown_alone_page_by_page(app: Flask, client_of: ClientOf) -> None:
    names = [f"Person {number:03}" for number in range(WINDOW + 5)]
    with writing() as session:
        desk = make_desk(session, *names)
        put(session, desk, R, *names)
    client = client_of(desk.lead)
    page = client.get(board(desk)).text
    assert shown(page)["reserve"] == names[:WINDOW]
    assert "5 more below." in page
    last = client.get(board(desk) + "?pile=reserve&page=2").text
    assert shown(last) == {"reserve": names[WINDOW:]}
    assert f'data-first="{WINDOW + 1}"' in last


def test_a_line_is_put_after_another(desk: HostDesk, client_of: ClientOf) -> None:
    form = {"line": f"{desk.choices['Di']}:shortlisted", "after": str(desk.choices["Ada"]), "at": "2"}
    client_of(desk.lead).post(board(desk) + "/order", data=form)
    assert piles(fresh(), desk)[S] == ["Ada", "Di", "Bo"]


def test_the_script_gets_the_board_as_answer(desk: HostDesk, client_of: ClientOf) -> None:
    form = {"line": f"{desk.choices['Di']}:reserve"}
    answer = client_of(desk.lead).post(board(desk) + "/order", data=form, headers={"X-Board": "1"})
    assert answer.status_code == 200
    assert shown(answer.text)["reserve"] == ["Cy", "Di"]
    assert "1 applicant moved." in answer.text


def test_ticked_people_are_moved_with_their_count_and_taken_back(desk: HostDesk, client_of: ClientOf) -> None:
    client = client_of(desk.lead)
    form = {"choice": [desk.choices["Ed"], desk.choices["Bo"]], "to": "reserve", "position": "1"}
    page = client.post(board(desk) + "/order", data=form, follow_redirects=True).text
    assert "2 applicants moved." in page
    assert "You moved 2 applicants to “Reserve”." in page
    assert piles(fresh(), desk)[R] == ["Ed", "Bo", "Cy"]
    number = fresh().scalars(select(ShortlistMove.number).order_by(ShortlistMove.number.desc())).first()
    assert f'name="undo" value="{number}"' in page
    page = client.post(board(desk) + "/order", data={"undo": number}, follow_redirects=True).text
    assert "The move is taken back." in page
    assert piles(fresh(), desk) == {S: ["Ada", "Bo"], R: ["Cy"], N: []}


def test_a_move_made_again_by_others_is_kindly_not_taken_back(desk: HostDesk, client_of: ClientOf) -> None:
    client = client_of(desk.lead)
    client.post(board(desk) + "/order", data={"line": f"{desk.choices['Ed']}:reserve"})
    number = fresh().scalars(select(ShortlistMove.number).order_by(ShortlistMove.number.desc())).first()
    client_of(desk.reviewer).post(board(desk) + "/order", data={"line": f"{desk.choices['Ed']}:not_proposed"})
    page = client.post(board(desk) + "/order", data={"undo": number}, follow_redirects=True).text
    assert "moved again since" in page
    assert "Rita Reviewer moved 1 applicant to “Not proposed”." in page
    assert piles(fresh(), desk)[N] == ["Ed"]


def test_moves_are_tried_without_saving_and_kept_at_once(desk: HostDesk, client_of: ClientOf) -> None:
    client, path = client_of(desk.lead), board(desk) + "/try"
    page = client.post(path, data={"again": "1", "to": "shortlisted"}).text
    assert "You are trying 0 moves" in page
    first = {
        "line": f"{desk.choices['Ed']}:shortlisted",
        "before": str(desk.choices["Ada"]),
        "tried": tried(page),
    }
    page = client.post(path, data=first).text
    second = {"choice": [desk.choices["Bo"]], "to": "to_decide", "tried": tried(page)}
    page = client.post(path, data=second).text
    assert "You are trying 2 moves" in page
    assert shown(page)["shortlisted"] == ["Ed", "Ada"]
    assert set(shown(page)["to_decide"]) == {"Bo", "Di"}
    assert piles(fresh(), desk)[S] == ["Ada", "Bo"]
    form = {"keep": "1", "tried": tried(page)}
    kept = client.post(board(desk) + "/order", data=form, follow_redirects=True).text
    assert "You moved 2 applicants." in kept
    assert piles(fresh(), desk)[S] == ["Ed", "Ada"]
    number = fresh().scalars(select(ShortlistMove.number).order_by(ShortlistMove.number.desc())).first()
    client.post(board(desk) + "/order", data={"undo": number})
    assert piles(fresh(), desk)[S] == ["Ada", "Bo"]


def test_the_last_try_is_taken_back_and_the_group_follows(desk: HostDesk, client_of: ClientOf) -> None:
    client, path = client_of(desk.lead), board(desk) + "/try"
    page = client.post(path, data={"line": f"{desk.choices['Ed']}:shortlisted"}).text
    assert "<b>3</b> <span>of 2 places" in page
    assert "1 more than there are places." in page
    page = client.post(path, data={"back": "1", "tried": tried(page)}).text
    assert "<b>2</b> <span>of 2 places" in page


def test_what_is_tried_stands_on_what_others_move_meanwhile(desk: HostDesk, client_of: ClientOf) -> None:
    client, path = client_of(desk.lead), board(desk) + "/try"
    after_ada = {"line": f"{desk.choices['Ed']}:shortlisted", "after": str(desk.choices["Ada"])}
    page = client.post(path, data=after_ada).text
    with writing() as session:
        put(session, desk, S, "Ada")
    page = client.post(path, data={"again": "1", "tried": tried(page)}).text
    assert shown(page)["shortlisted"] == ["Bo", "Ada", "Ed"]


@pytest.mark.parametrize(
    "form",
    [{"tried": "[{]"}, {"tried": "[" * 5000}, {"to": "shortlisted"}, {"to": "nowhere"}, {"line": "x:y"}],
)
def test_odd_tries_are_told(desk: HostDesk, client_of: ClientOf, form: dict[str, str]) -> None:
    answer = client_of(desk.lead).post(board(desk) + "/try", data=form)
    assert answer.status_code == 200
    assert 'class="notice attention"' in answer.text


def test_who_asks_for_changes_is_told_what_others_moved(desk: HostDesk, client_of: ClientOf) -> None:
    version = find_shortlist(fresh(), desk.visit).version
    client, path = client_of(desk.reviewer), f"{board(desk)}/changes?since="
    assert client.get(f"{path}{version}").status_code == 204
    with writing() as session:
        put(session, desk, R, "Di", "Ed")
    answer = client.get(f"{path}{version}").get_json()
    assert answer["version"] == version + 1
    assert answer["said"] == ["Lea Lead moved 2 applicants to “Reserve”."]
    assert set(answer["lines"]) == {str(desk.choices["Di"]), str(desk.choices["Ed"])}
    mine = client_of(desk.lead).get(f"{path}{version}").get_json()
    assert (mine["said"], mine["lines"]) == ([], [])
    for odd in ("", "x", "-5", "9" * 30):
        assert client.get(path + odd).status_code == 200


def test_a_handed_over_board_refuses_moves_and_trials(desk: HostDesk, client_of: ClientOf) -> None:
    with writing() as session:
        version = find_shortlist(session, desk.visit).version
        hand_over(session, actor=desk.lead, now=NOW, visit=desk.visit, version=version, note="")
    client = client_of(desk.reviewer)
    for path, form in (("order", {"line": f"{desk.choices['Ed']}:reserve"}), ("try", {"again": "1"})):
        page = client.post(f"{board(desk)}/{path}", data=form, follow_redirects=True).text
        assert "ask them to reopen it" in page
        assert 'name="line"' not in page
    assert piles(fresh(), desk)[R] == ["Cy"]


def test_the_group_names_what_is_over_a_cap(app: Flask, client_of: ClientOf) -> None:
    with writing() as session:
        desk = make_desk(session)
        desk.call.most_per_country, desk.call.most_per_organisation = 1, 1
        for name, country, organisation in (
            ("Ada", "IT", "City of Łódź"),
            ("Bo", "IT", "city of lodz"),
            ("Cy", "FI", "Turku"),
        ):
            apply_to_desk(session, desk, name, person={"country": country, "organisation": organisation})
        put(session, desk, S, "Ada", "Bo", "Cy")
    page = client_of(desk.lead).get(board(desk)).text
    assert "Italy is 1 over." in page
    assert "City of Łódź is 1 over." in page
    assert "Finland is" not in page
    assert "<b>2</b>/1" in page


def test_a_board_of_any_length_takes_as_many_statements(app: Flask, client_of: ClientOf) -> None:
    counts = []
    for length in (2, 40):
        names = [f"Person {number:03}" for number in range(length)]
        with writing() as session:
            desk = make_desk(session, *names)
            put(session, desk, S, *names[: length // 2])
            put(session, desk, R, names[length // 2])
        client = client_of(desk.lead)
        found = {
            "board": lambda client=client, desk=desk: client.get(board(desk)),
            "search": lambda client=client, desk=desk: client.get(board(desk) + "?q=Person"),
            "changes": lambda client=client, desk=desk: client.get(board(desk) + "/changes?since=0"),
            "try": lambda client=client, desk=desk: client.post(
                board(desk) + "/try", data={"line": f"{desk.choices['Person 000']}:reserve"}
            ),
        }
        for ask in found.values():
            with counting(db.engine) as seen:
                assert ask().status_code == 200  # type: ignore[no-untyped-call]
            counts.append(len(seen))
    assert counts[:4] == counts[4:]
    assert max(counts) <= 22


def test_tried_moves_are_plain_values(desk: HostDesk, client_of: ClientOf) -> None:
    form = {"line": f"{desk.choices['Ed']}:reserve"}
    page = client_of(desk.lead).post(board(desk) + "/try", data=form).text
    [move] = json.loads(tried(page))
    assert (move["choices"], move["to"]) == ([str(desk.choices["Ed"])], "reserve")


def test_an_expert_looks_on_and_moves_nobody(desk: HostDesk, client_of: ClientOf) -> None:
    with writing() as session:
        expert = make_host(session, desk.visit, "Eva Expert", HostRole.EXPERT)
    client = client_of(expert)
    page = client.get(board(desk)).text
    assert shown(page)["shortlisted"] == ["Ada", "Bo"]
    assert 'name="line"' not in page
    form = {"line": f"{desk.choices['Ed']}:reserve"}
    for path in ("order", "try"):
        assert client.post(f"{board(desk)}/{path}", data=form).status_code == 403
    assert piles(fresh(), desk)[R] == ["Cy"]


def test_a_lead_sees_both_scores_and_the_order_of_the_call(desk: HostDesk, client_of: ClientOf) -> None:
    with writing() as session:
        for name, points, reader in (
            ("Ada", 5, desk.lead),
            ("Ada", 2, desk.reviewer),
            ("Bo", 5, desk.lead),
            ("Bo", 2, desk.reviewer),
            ("Di", 4, desk.lead),
            ("Ed", 3, desk.reviewer),
        ):
            score_all(session, desk, name, points, reader)
    page = client_of(desk.lead).get(board(desk)).text
    assert "adjusted " in page
    assert shown(page)["to_decide"] == ["Di", "Ed"]
    with writing() as session:
        session.get_one(Call, desk.call.id).score_order = ScoreOrder.ADJUSTED
    assert shown(client_of(desk.lead).get(board(desk)).text)["to_decide"] == ["Ed", "Di"]
    assert "adjusted " not in client_of(desk.reviewer).get(board(desk)).text

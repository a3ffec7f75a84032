"""The pages of the host desk, as a lead, a reviewer and strangers see them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Choice
from peer_visits.shortlist.models import Review, ShortlistEntry
from peer_visits.shortlist.queries.shortlist import find_shortlist
from peer_visits.shortlist.services.handing_over import hand_over
from peer_visits.shortlist.services.reading import save_review
from peer_visits.shortlist.states import Proposal, ShortlistState
from peer_visits.storage.transaction import db, reading, writing
from tests.support.factories import NOW, make_host, make_visit
from tests.support.shortlist_factories import HostDesk, apply_to_desk, make_desk, piles, put, score_all
from tests.support.statements import counting

ClientOf = Callable[[Person], FlaskClient]

pytestmark = pytest.mark.usefixtures("at_now")


@pytest.fixture
def desk(app: Flask) -> HostDesk:
    """Three applications to one visit of a closed call, committed."""
    with writing() as session:
        return make_desk(session, "Ada", "Bo", "Cy")


def fresh() -> Session:
    """A session that has not read anything yet."""
    reading().rollback()
    return reading()


def order_form(desk: HostDesk, *names: str, **values: object) -> dict[str, object]:
    return {"choice": [desk.choices[name] for name in names], **values}


def test_the_desk_shows_my_visits_with_progress(desk: HostDesk, client_of: ClientOf) -> None:
    with writing() as session:
        score_all(session, desk, "Ada", 3)
        foreign = make_visit(session, desk.call, called_title="Somebody else’s visit")
        foreign_slug = foreign.slug
    page = client_of(desk.lead).get("/host").text
    assert f"/host/{desk.visit.slug}" in page
    assert "<b>1</b>/3" in page
    assert foreign_slug not in page


def test_the_board_shows_who_applied_and_not_how_to_reach_them(desk: HostDesk, client_of: ClientOf) -> None:
    page = client_of(desk.lead).get(f"/host/{desk.visit.slug}").text
    for name in ("Ada", "Bo", "Cy"):
        assert name in page
    people = fresh().scalars(select(Person).where(Person.name.in_(("Ada", "Bo", "Cy"))))
    assert not [person.email for person in people if person.email in page]


def test_other_choices_are_nowhere(app: Flask, client_of: ClientOf) -> None:
    with writing() as session:
        desk = make_desk(session, "Ada")
        secret = make_visit(session, desk.call, place="Secretville", host_name="City of Secretville")
        application = session.get_one(Choice, desk.choices["Ada"]).application_id
        other = Choice(
            application_id=application, visit_id=secret.id, rank=2, motivation="Secret motive", is_sent=True
        )
        session.add(other)
        session.flush()
        other_id = other.id
    client = client_of(desk.lead)
    for path in ("", f"/choices/{desk.choices['Ada']}", "?q=Secret"):
        assert "Secret m" not in client.get(f"/host/{desk.visit.slug}{path}").text
        assert "Secretville" not in client.get(f"/host/{desk.visit.slug}{path}").text
    assert client.get(f"/host/{desk.visit.slug}/choices/{other_id}").status_code == 404


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"Ada", "Bo", "Cy"}),
        ("pile=shortlisted", {"Bo"}),
        ("pile=reserve", {"Cy"}),
        ("pile=to_decide", {"Ada"}),
        ("pile=not_proposed", set()),
        ("pile=nonsense", {"Ada", "Bo", "Cy"}),
        ("q=ad", {"Ada"}),
        ("q=%25", set()),
        ("q=%00", {"Ada", "Bo", "Cy"}),
        ("page=99", {"Ada", "Bo", "Cy"}),
        ("page=minus", {"Ada", "Bo", "Cy"}),
    ],
)
def test_filters_and_search(desk: HostDesk, client_of: ClientOf, query: str, shown: set[str]) -> None:
    with writing() as session:
        put(session, desk, Proposal.SHORTLISTED, "Bo")
        put(session, desk, Proposal.RESERVE, "Cy")
    answer = client_of(desk.lead).get(f"/host/{desk.visit.slug}?{query}")
    assert answer.status_code == 200
    assert {name for name in desk.choices if f"<bdi>{name}</bdi>" in answer.text} == shown


def test_the_board_and_the_desk_cost_the_same_for_one_and_for_three(app: Flask, client_of: ClientOf) -> None:
    with writing() as session:
        one, three = make_desk(session, "Ada"), make_desk(session, "Bo", "Cy", "Di")
        for desk in (one, three):
            for name in desk.choices:
                score_all(session, desk, name, 3)
                put(session, desk, Proposal.SHORTLISTED, name)
        make_host(session, make_visit(session, three.call), "Nobody")
    counts = []
    for desk in (one, three):
        client = client_of(desk.lead)
        choice = next(iter(desk.choices.values()))
        for path in ("/host", f"/host/{desk.visit.slug}", f"/host/{desk.visit.slug}/choices/{choice}"):
            with counting(db.engine) as seen:
                assert client.get(path).status_code == 200
            counts.append(len(seen))
    assert counts[:3] == counts[3:]
    assert max(counts) <= 20


def test_ticked_people_are_moved(desk: HostDesk, client_of: ClientOf) -> None:
    form = order_form(desk, "Cy", "Ada", to="shortlisted")
    answer = client_of(desk.lead).post(f"/host/{desk.visit.slug}/order?pile=to_decide", data=form)
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"/host/{desk.visit.slug}?pile=to_decide")
    assert piles(fresh(), desk)[Proposal.SHORTLISTED] == ["Cy", "Ada"]


def test_one_line_steps_up(desk: HostDesk, client_of: ClientOf) -> None:
    with writing() as session:
        put(session, desk, Proposal.SHORTLISTED, "Ada", "Bo")
    form = order_form(desk, line=f"{desk.choices['Bo']}:up")
    client_of(desk.lead).post(f"/host/{desk.visit.slug}/order", data=form)
    assert piles(fresh(), desk)[Proposal.SHORTLISTED] == ["Bo", "Ada"]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"to": "shortlisted"},
        {"to": "nonsense", "choice": "not-a-uuid"},
        {"line": "not-a-uuid:up"},
        {"line": "sideways:"},
        {"line": f"{uuid.UUID(int=1)}:nowhere"},
        {"keep": "1", "tried": "[{]"},
        {"keep": "1", "tried": '[{"choices": 1}]'},
        {"undo": "7"},
        {"to": "shortlisted", "choice": str(uuid.UUID(int=1)), "position": "first"},
    ],
)
def test_odd_orders_are_answered_and_change_nothing(
    desk: HostDesk, client_of: ClientOf, form: dict[str, str]
) -> None:
    answer = client_of(desk.lead).post(f"/host/{desk.visit.slug}/order", data=form)
    assert answer.status_code in {302, 409, 422}
    assert fresh().scalar(select(ShortlistEntry.choice_id)) is None


def review_path(desk: HostDesk, name: str = "Ada") -> str:
    return f"/host/{desk.visit.slug}/choices/{desk.choices[name]}"


def test_a_reading_is_saved_and_leads_to_the_next(desk: HostDesk, client_of: ClientOf) -> None:
    form = {"version": "0", "score_0": "4", "score_1": "5", "note": "Good", "action": "next"}
    answer = client_of(desk.reviewer).post(review_path(desk), data=form)
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(review_path(desk, "Bo"))
    saved = fresh().scalars(select(Review)).one()
    assert (saved.reviewer_id, saved.points, saved.note) == (desk.reviewer.id, 90, "Good")


@pytest.mark.parametrize("score", ["6", "-1", "five", "1.5", "9" * 400, "\x00"])
def test_a_wrong_score_is_refused_and_the_note_kept(desk: HostDesk, client_of: ClientOf, score: str) -> None:
    form = {"version": "0", "score_0": score, "note": "What I typed"}
    answer = client_of(desk.lead).post(review_path(desk), data=form)
    assert answer.status_code == 422
    assert "What I typed" in answer.text
    assert fresh().scalar(select(Review.id)) is None


@pytest.mark.parametrize("note", ["x" * 4001, "a\x00b", "a\u202eb"])
def test_a_note_that_cannot_be_kept_is_refused_beside_its_field(
    desk: HostDesk, client_of: ClientOf, note: str
) -> None:
    answer = client_of(desk.lead).post(review_path(desk), data={"version": "0", "note": note})
    assert answer.status_code == 422
    assert 'id="note-error"' in answer.text
    assert fresh().scalar(select(Review.id)) is None


def test_a_stale_reading_keeps_what_was_typed(desk: HostDesk, client_of: ClientOf) -> None:
    client = client_of(desk.lead)
    client.post(review_path(desk), data={"version": "0", "score_0": "1", "score_1": "1", "note": "First"})
    answer = client.post(review_path(desk), data={"version": "0", "score_0": "2", "note": "Second"})
    assert answer.status_code == 422
    assert "Second" in answer.text
    assert "changed by someone else" in answer.text
    assert fresh().scalars(select(Review)).one().note == "First"


def test_after_a_conflict_of_interest_the_answers_are_hidden(desk: HostDesk, client_of: ClientOf) -> None:
    with writing() as session:
        score_all(session, desk, "Ada", 1, desk.reviewer)
    client = client_of(desk.lead)
    assert "Why choice 1." in client.get(review_path(desk)).text
    client.post(f"{review_path(desk)}/conflict", data={"answer": "yes"})
    page = client.get(review_path(desk), follow_redirects=True).text
    for hidden in ("Why choice 1.", "What I bring.", "What I want to learn.", "Rita Reviewer"):
        assert hidden not in page
    client.post(f"{review_path(desk)}/conflict", data={"answer": "no"})
    assert "Why choice 1." in client.get(review_path(desk)).text


def test_a_reviewer_sees_neither_scores_nor_notes_of_others(desk: HostDesk, client_of: ClientOf) -> None:
    with writing() as session:
        save_review(
            session,
            actor=desk.lead,
            now=NOW,
            visit=desk.visit,
            choice_id=desk.choices["Ada"],
            version=0,
            scores={},
            conflict_of_interest=False,
            note="Canary of the lead",
        )
    assert "Canary of the lead" not in client_of(desk.reviewer).get(review_path(desk)).text
    with writing() as session:
        save_review(
            session,
            actor=desk.reviewer,
            now=NOW,
            visit=desk.visit,
            choice_id=desk.choices["Ada"],
            version=0,
            scores={},
            conflict_of_interest=False,
            note="Canary of the reviewer",
        )
    page = client_of(desk.lead).get(review_path(desk)).text
    assert "Canary of the reviewer" in page


def test_what_people_wrote_is_text_not_markup(app: Flask, client_of: ClientOf) -> None:
    with writing() as session:
        desk = make_desk(session)
        apply_to_desk(session, desk, "<b>Eve</b>", brings="<script>alert(1)</script>")
    client = client_of(desk.lead)
    pages = [client.get(path).text for path in (f"/host/{desk.visit.slug}", review_path(desk, "<b>Eve</b>"))]
    assert not [page for page in pages if "<b>Eve" in page or "<script>alert" in page]
    assert "&lt;script&gt;alert(1)" in pages[1]


def test_handing_over_shows_what_will_be_sent_and_sends_it(desk: HostDesk, client_of: ClientOf) -> None:
    with writing() as session:
        put(session, desk, Proposal.SHORTLISTED, "Ada")
    client, path = client_of(desk.lead), f"/host/{desk.visit.slug}/hand-over"
    assert "They count as not proposed." in client.get(path).text
    answer = client.post(path, data={"version": "1", "note": ""})
    assert answer.status_code == 302
    assert find_shortlist(fresh(), desk.visit).state is ShortlistState.HANDED_OVER
    board = client.get(f"/host/{desk.visit.slug}").text
    assert 'name="choice"' not in board
    assert 'name="line"' not in board


def test_a_reviewer_can_neither_send_nor_see_the_button(desk: HostDesk, client_of: ClientOf) -> None:
    client = client_of(desk.reviewer)
    assert client.get(f"/host/{desk.visit.slug}/hand-over").status_code == 403
    assert client.post(f"/host/{desk.visit.slug}/hand-over", data={"version": "0"}).status_code == 403
    assert "hand-over" not in client.get(f"/host/{desk.visit.slug}").text


def test_before_the_close_nothing_is_sent(app: Flask, client_of: ClientOf) -> None:
    with writing() as session:
        desk = make_desk(session, "Ada", is_closed=False)
        put(session, desk, Proposal.SHORTLISTED, "Ada")
    answer = client_of(desk.lead).post(
        f"/host/{desk.visit.slug}/hand-over", data={"version": "1", "note": "My words"}
    )
    assert answer.status_code == 422
    assert "still open" in answer.text
    assert "My words" in answer.text


def test_a_stranger_and_another_host_find_nothing(desk: HostDesk, client_of: ClientOf, now: datetime) -> None:
    with writing() as session:
        stranger = make_host(session, make_visit(session, desk.call), "Henk Elsewhere")
    client = client_of(stranger)
    for path in ("", "/hand-over", f"/choices/{desk.choices['Ada']}"):
        assert client.get(f"/host/{desk.visit.slug}{path}").status_code == 404
    assert client.post(f"/host/{desk.visit.slug}/order").status_code == 404


def test_the_organiser_reopens(desk: HostDesk, client_of: ClientOf) -> None:
    with writing() as session:
        put(session, desk, Proposal.SHORTLISTED, "Ada")
        hand_over(session, actor=desk.lead, now=NOW, visit=desk.visit, version=1, note="")
    answer = client_of(desk.organiser).post(f"/host/{desk.visit.slug}/reopen")
    assert answer.status_code == 302
    assert find_shortlist(fresh(), desk.visit).state is ShortlistState.OPEN


def test_the_same_reading_sent_twice_is_saved_once(desk: HostDesk, client_of: ClientOf) -> None:
    client, form = client_of(desk.lead), {"version": "0", "score_0": "4", "score_1": "5", "note": "Good"}
    assert [client.post(review_path(desk), data=form).status_code for _twice in range(2)] == [302, 302]
    assert fresh().scalars(select(Review)).one().version == 1


def test_after_a_stale_reading_the_next_saving_is_taken(desk: HostDesk, client_of: ClientOf) -> None:
    client = client_of(desk.lead)
    client.post(review_path(desk), data={"version": "0", "note": "First"})
    answer = client.post(review_path(desk), data={"version": "0", "note": "Second"})
    assert "First" in answer.text
    assert 'name="version" type="hidden" value="1"' in answer.text
    client.post(review_path(desk), data={"version": "1", "note": "Second"})
    assert fresh().scalars(select(Review)).one().note == "Second"


@pytest.mark.parametrize(
    "extra", ["slug=other", "_external=1", "_scheme=x", "_method=x", "_anchor=x", "pile=%00"]
)
def test_an_order_keeps_only_the_boards_own_arguments(
    desk: HostDesk, client_of: ClientOf, extra: str
) -> None:
    form = order_form(desk, "Ada", to="reserve")
    answer = client_of(desk.lead).post(f"/host/{desk.visit.slug}/order?{extra}", data=form)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"/host/{desk.visit.slug}")


def test_an_unknown_pile_undoes_no_decision(desk: HostDesk, client_of: ClientOf) -> None:
    with writing() as session:
        put(session, desk, Proposal.SHORTLISTED, "Ada")
    client_of(desk.lead).post(f"/host/{desk.visit.slug}/order", data=order_form(desk, "Ada", to="nonsense"))
    assert piles(fresh(), desk)[Proposal.SHORTLISTED] == ["Ada"]


def test_one_reads_forward_and_back(desk: HostDesk, client_of: ClientOf) -> None:
    page = client_of(desk.lead).get(review_path(desk, "Bo")).text
    assert f'rel="prev" href="{review_path(desk, "Ada")}"' in page
    assert f'rel="next" href="{review_path(desk, "Cy")}"' in page
    assert "2 of 3" in page

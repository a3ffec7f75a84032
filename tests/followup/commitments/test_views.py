"""The person's page and the mail's link, the page of the visit, the organiser's list, the programme's pictures."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from peer_visits.accounts.models import Person
from peer_visits.followup.commitments.figures import read_figures
from peer_visits.followup.commitments.queries import commitments_of_call, find_sheet, list_shown
from peer_visits.followup.commitments.report import commitment_lines
from peer_visits.followup.commitments.states import CommitmentState, DropReason, Showing
from peer_visits.insight.views.commitments import series_of
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import db, reading, writing
from peer_visits.visits.models import Visit
from tests.followup.commitments.stage import (
    AFTER_3,
    AFTER_6,
    FIRST_DAY,
    HOME,
    Stage,
    answer,
    at,
    find,
    morning,
    write,
)
from tests.support.statements import counting

ClientOf = Callable[[Person], FlaskClient]
DONE, DROPPED, UNDER_WAY = CommitmentState.DONE, CommitmentState.DROPPED, CommitmentState.UNDER_WAY
TYPED = {
    "version": "0",
    "learnt_1": "Neighbours write better texts than experts.",
    "will_do_1": "Ask two associations",
    "showing": "named",
}


@pytest.fixture
def ann(stage: Stage, client_of: ClientOf) -> FlaskClient:
    with at(HOME):
        return client_of(stage.person("ann"))


def page_of(stage: Stage, name: str = "ann") -> str:
    return f"/places/{stage.places[name]}/commitments"


def post(client: FlaskClient, url: str, data: dict[str, str], moment: object = HOME) -> TestResponse:
    with at(moment):  # type: ignore[arg-type]
        return client.post(url, data=data, follow_redirects=True)


def test_what_is_written_is_shown_again(stage: Stage, ann: FlaskClient) -> None:
    answered = post(ann, page_of(stage), TYPED)
    assert answered.status_code == 200
    assert "What you take home is saved." in answered.text
    assert "Neighbours write better texts than experts." in answered.text
    assert find(stage, "ann").will_do == "Ask two associations"


def test_nobody_reads_it_unless_its_person_says_so(stage: Stage, ann: FlaskClient) -> None:
    with at(HOME):
        page = ann.get(page_of(stage)).text
    assert (
        re.search(r'checked[^>]*value="hidden"|value="hidden"[^>]*checked', page)
        or 'checked id="showing-0"' in page
    )
    post(ann, page_of(stage), {**TYPED, "showing": "hidden"})
    assert list_shown(reading(), stage.visit_id) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"will_do_1": ""}, "will_do_1"),
        ({"will_do_1": " \n "}, "will_do_1"),
        ({"learnt_1": "x" * 1001}, "learnt_1"),
        ({"will_do_2": "x" * 1001}, "will_do_2"),
        ({"learnt_3": "Only learnt"}, "will_do_3"),
        ({"will_do_1": "a\u202eb"}, "will_do_1"),
        ({"showing": "everybody"}, "showing"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(
    stage: Stage, ann: FlaskClient, change: dict[str, str], field: str
) -> None:
    answered = post(
        ann, page_of(stage), {**TYPED, "learnt_2": "Kept words", "will_do_2": "Kept deed", **change}
    )
    assert answered.status_code == 422
    assert f'id="{field}-error"' in answered.text
    assert "Kept words" in answered.text or "learnt_2" in change
    assert find_sheet(reading(), stage.places["ann"]) is None


def test_a_stale_page_keeps_what_was_typed(stage: Stage, ann: FlaskClient) -> None:
    write(stage, "ann", "Written in another window")
    answered = post(ann, page_of(stage), {**TYPED, "version": "0"})
    assert answered.status_code == 422
    assert "changed by someone else" in answered.text
    assert "Ask two associations" in answered.text
    assert find(stage, "ann").will_do == "Written in another window"


def test_before_the_visit_the_page_says_when(stage: Stage, ann: FlaskClient) -> None:
    early = morning(FIRST_DAY) - timedelta(days=1)
    with at(early):
        assert "Nothing to write yet" in ann.get(page_of(stage)).text
    assert post(ann, page_of(stage), TYPED, early).status_code == 422
    assert find_sheet(reading(), stage.places["ann"]) is None


def test_another_persons_page_is_not_there(stage: Stage, ann: FlaskClient) -> None:
    write(stage, "ben", "A secret deed")
    with at(HOME):
        assert ann.get(page_of(stage, "ben")).status_code == 404
        assert ann.get(f"{page_of(stage, 'ben')}/1").status_code == 404
    assert post(ann, page_of(stage, "ben"), TYPED).status_code == 404
    assert post(ann, f"{page_of(stage, 'ben')}/1", {"c1-answer": "done"}).status_code == 404


# The link of a mail


def test_the_link_opens_the_page_without_signing_in(stage: Stage, client: FlaskClient) -> None:
    url = f"/commitments/{stage.secret('ann')}"
    assert "What you take home is saved." in post(client, url, TYPED).text
    assert find(stage, "ann").will_do == "Ask two associations"


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_an_answer_gives_none(stage: Stage, client: FlaskClient, method: str) -> None:
    write(stage, "ann", "Ask two associations")
    with at(AFTER_3):
        opened = getattr(client, method)(f"/commitments/{stage.secret('ann')}/1?answer=done")
    assert opened.status_code == 200
    assert find(stage, "ann").state is CommitmentState.PROMISED
    if method == "get":
        assert "You are about to answer: Done." in opened.text
        [button] = re.findall(r'<button[^>]*class="button primary"[^>]*>', opened.text)
        assert 'name="c1-answer"' in button
        assert 'value="done"' in button


@pytest.mark.parametrize("state", ["done", "under_way"])
def test_one_click_answers(stage: Stage, client: FlaskClient, state: str) -> None:
    write(stage, "ann", "Ask two associations")
    url = f"/commitments/{stage.secret('ann')}/1"
    answered = post(client, url, {"c1-version": "1", "c1-answer": state}, AFTER_3)
    assert "Thank you." in answered.text
    assert find(stage, "ann").state.value == state


def test_dropping_asks_why_and_keeps_the_note(stage: Stage, client: FlaskClient) -> None:
    write(stage, "ann", "Ask two associations")
    url = f"/commitments/{stage.secret('ann')}/1"
    data = {"c1-version": "1", "c1-answer": "dropped", "c1-note": "The council said no."}
    answered = post(client, url, data, AFTER_3)
    assert answered.status_code == 422
    assert 'id="c1-reason-error"' in answered.text
    assert "The council said no." in answered.text
    assert post(client, url, {**data, "c1-reason": "support"}, AFTER_3).status_code == 200
    one = find(stage, "ann")
    assert (one.state, one.reason) == (DROPPED, DropReason.SUPPORT)


@pytest.mark.parametrize(
    "data",
    [
        {"c1-answer": "promised"},
        {"c1-answer": ""},
        {"c1-answer": "dropped", "c1-reason": "no-such-reason"},
        {"c1-answer": "done", "c1-note": "x" * 501},
        {"c1-answer": "done", "c1-version": "7"},
        {},
    ],
)
def test_what_is_no_answer_changes_nothing(stage: Stage, client: FlaskClient, data: dict[str, str]) -> None:
    write(stage, "ann", "Ask two associations")
    url = f"/commitments/{stage.secret('ann')}/1"
    assert post(client, url, {"c1-version": "1", **data}, AFTER_3).status_code == 422
    assert find(stage, "ann").state is CommitmentState.PROMISED


@pytest.mark.parametrize("secret", ["x", "0" * 72, "../../etc", "é"])
def test_a_link_that_was_made_for_nobody_says_so(stage: Stage, client: FlaskClient, secret: str) -> None:
    for path in (f"/commitments/{secret}", f"/commitments/{secret}/1"):
        answered = client.get(path)
        assert answered.status_code == 404 or "This link leads to no visit" in answered.text


def test_the_link_of_an_offer_is_no_link_to_commitments(
    stage: Stage, app: object, client: FlaskClient
) -> None:
    offer = client.application.extensions["session_info"]["answer_links"].make(stage.places["ann"])
    assert "This link leads to no visit" in client.get(f"/commitments/{offer}").text
    assert post(client, f"/commitments/{offer}", TYPED).status_code == 200
    assert find_sheet(reading(), stage.places["ann"]) is None
    own = stage.secret("ann")
    assert "This link does not lead to an offer" in client.get(f"/offers/{own}").text


def test_a_link_ends_with_the_place(stage: Stage, client: FlaskClient) -> None:
    with writing() as session:
        place = session.get_one(Place, stage.places["ann"])
        place.state, place.seat = PlaceState.CANCELLED, None
    assert "This link leads to no visit" in client.get(f"/commitments/{stage.secret('ann')}").text


def test_a_number_that_is_not_there(stage: Stage, client: FlaskClient) -> None:
    write(stage, "ann", "Ask two associations")
    for number in (0, 2, 99):
        url = f"/commitments/{stage.secret('ann')}/{number}"
        with at(AFTER_3):
            assert client.get(url).status_code == 200
        assert post(client, url, {"c2-answer": "done"}, AFTER_3).status_code == 200
    assert find(stage, "ann").state is CommitmentState.PROMISED


# What everybody reads


def visit_page(stage: Stage, client: FlaskClient) -> str:
    reading().rollback()
    return client.get(f"/visits/{stage.visit}").text


def test_the_visit_shows_what_its_people_agree_to(stage: Stage, client: FlaskClient) -> None:
    write(stage, "ann", "Ann’s deed", showing=Showing.NAMED)
    write(stage, "ben", "Ben’s deed", showing=Showing.ANONYMOUS)
    write(stage, "gus", "Gus’ deed", showing=Showing.HIDDEN)
    answer(stage, "ann", DROPPED, at=AFTER_3, reason=DropReason.MONEY, note="A note for the organisers")
    page, ben = visit_page(stage, client), stage.person("ben")
    assert "Ann’s deed" in page
    assert stage.person("ann").name in page
    assert "Dropped" in page
    assert "Ben’s deed" in page
    assert "Gus’ deed" not in page
    for hidden in (
        ben.name + ",",
        ben.organisation,
        ben.email,
        "A note for the organisers",
        "No money for it",
    ):
        assert hidden not in page, hidden


def test_consent_is_taken_back_at_once(stage: Stage, client: FlaskClient) -> None:
    write(stage, "ann", "Ann’s deed", showing=Showing.NAMED)
    assert "Ann’s deed" in visit_page(stage, client)
    write(stage, "ann", "Ann’s deed", showing=Showing.ANONYMOUS)
    assert stage.person("ann").organisation not in visit_page(stage, client)
    write(stage, "ann", "Ann’s deed", showing=Showing.HIDDEN)
    assert "Ann’s deed" not in visit_page(stage, client)


def test_markup_stays_words(stage: Stage, client: FlaskClient) -> None:
    write(stage, "ann", "<script>alert(1)</script> **bold**", showing=Showing.NAMED)
    page = visit_page(stage, client)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page


def test_a_report_prints_the_same(stage: Stage) -> None:
    write(stage, "ann", "Ann’s deed", showing=Showing.NAMED)
    write(stage, "ben", "Ben’s deed", showing=Showing.ANONYMOUS)
    write(stage, "gus", "Gus’ deed")
    ann = stage.person("ann")
    visit = reading().get_one(Visit, stage.visit_id)
    found = {(one.words, one.who) for one in commitment_lines(reading(), visit)}
    assert found == {("Ann’s deed", f"{ann.name}, {ann.organisation}"), ("Ben’s deed", "")}


def test_whoever_came_home_is_led_to_the_page(stage: Stage, ann: FlaskClient) -> None:
    with at(HOME):
        assert page_of(stage) in ann.get("/applications").text
        assert page_of(stage) in ann.get(f"/places/{stage.places['ann']}").text
    write(stage, "ann", "Ask two associations")
    with at(HOME):
        assert page_of(stage) not in ann.get("/applications").text


# The organiser


@pytest.fixture
def olga(stage: Stage, client_of: ClientOf) -> FlaskClient:
    return client_of(stage.person("olga"))


def fill(stage: Stage) -> None:
    write(stage, "ann", "=cmd|' /C calc'!A0", "Count visitors", showing=Showing.NAMED)
    write(stage, "ben", "Write an agreement")
    answer(stage, "ann", UNDER_WAY, at=AFTER_3, number=1, note="Half way")
    answer(stage, "ann", DONE, at=AFTER_6, number=1)
    answer(stage, "ann", DROPPED, at=AFTER_3, number=2, reason=DropReason.MONEY, note="Nobody pays")


def test_the_organiser_sees_everything_and_filters(stage: Stage, olga: FlaskClient) -> None:
    fill(stage)
    url = f"/organise/calls/{stage.call}/commitments"
    page = olga.get(url).text
    for words in (
        "Count visitors",
        "Write an agreement",
        "Half way",
        "Nobody pays",
        "No money for it",
        "2/3",
    ):
        assert words in page, words
    assert "Write an agreement" not in olga.get(f"{url}?state=dropped").text
    assert "Count visitors" in olga.get(f"{url}?state=dropped&visit={stage.visit}").text
    assert "Count visitors" in olga.get(f"{url}?state=nonsense&visit=nonsense").text
    assert "Nothing with these filters" in olga.get(f"{url}?state=under_way").text


def test_the_file_says_the_same_and_runs_nothing(stage: Stage, olga: FlaskClient) -> None:
    fill(stage)
    file = olga.get(f"/organise/calls/{stage.call}/commitments.csv")
    assert file.mimetype == "text/csv"
    assert "'=cmd|" in file.text
    assert "Nobody pays" in file.text
    assert len(file.text.strip().splitlines()) == 4


def test_a_host_does_not_see_what_was_written_for_the_organisers(stage: Stage, client_of: ClientOf) -> None:
    hanna = client_of(stage.person("hanna"))
    assert hanna.get(f"/organise/calls/{stage.call}/commitments").status_code == 403
    assert hanna.get(f"/organise/programmes/{stage.programme}/commitments").status_code == 403


def test_the_number_of_statements_is_fixed(stage: Stage, olga: FlaskClient) -> None:
    write(stage, "ann", "Ask two associations", showing=Showing.NAMED)
    answer(stage, "ann", UNDER_WAY, at=AFTER_3)
    counts = []
    for _round in range(2):
        reading().rollback()
        visit = reading().get_one(Visit, stage.visit_id)
        programme_id = visit.call.programme_id
        with counting(db.engine) as seen:
            reading().scalars(commitments_of_call(visit.call_id)).unique().all()
            list_shown(reading(), stage.visit_id)
            read_figures(reading(), programme_id, AFTER_6)
        counts.append(len(seen))
        write(stage, "ben", "One", "Two", "Three", showing=Showing.NAMED)
        write(stage, "gus", "One", "Two", "Three", showing=Showing.ANONYMOUS)
        answer(stage, "ben", DONE, at=AFTER_3)
    assert counts == [6, 6]


# The pictures


def test_what_is_counted(stage: Stage) -> None:
    fill(stage)
    programme_id = reading().get_one(Visit, stage.visit_id).call.programme_id
    early = read_figures(reading(), programme_id, HOME)
    assert (early.people, early.wrote, early.at[3].total()) == (3, 2, 0)
    figures = read_figures(reading(), programme_id, AFTER_6)
    assert figures.states == {DONE: 1, DROPPED: 1, CommitmentState.PROMISED: 1}
    assert figures.at[3] == {UNDER_WAY: 1, DROPPED: 1, CommitmentState.PROMISED: 1}
    assert figures.at[6] == {DONE: 1, DROPPED: 1, CommitmentState.PROMISED: 1}
    assert figures.answered == {3: 2, 6: 1}
    assert figures.reasons == {DropReason.MONEY: 1}
    assert figures.countries["FI"].total() == 3


def test_pictures_and_file_say_the_same(stage: Stage, client_of: ClientOf) -> None:
    fill(stage)
    with at(AFTER_6):
        olga = client_of(stage.person("olga"))
        page = olga.get(f"/organise/programmes/{stage.programme}/commitments").text
        file = olga.get(f"/organise/programmes/{stage.programme}/commitments.csv").text
    assert "How it stood after three and six months" in page
    assert "2 of 3 commitments whose visit ended 3 months ago" in page
    assert "No money for it" in page
    assert "Why commitments were dropped,No money for it,Commitments,1" in file


def test_before_anybody_wrote_the_pages_say_what_will_stand_there(stage: Stage, olga: FlaskClient) -> None:
    for url in (
        f"/organise/programmes/{stage.programme}/commitments",
        f"/organise/calls/{stage.call}/commitments",
    ):
        assert "No commitments yet" in olga.get(url).text


def test_no_picture_of_an_ask_that_has_not_come(stage: Stage, app: Flask) -> None:
    fill(stage)
    programme_id = reading().get_one(Visit, stage.visit_id).call.programme_id
    found = read_figures(reading(), programme_id, AFTER_3)
    with app.test_request_context():
        [asked] = [one for one in series_of(found) if "three and six" in one.title]
    assert asked.columns == ("After 3 months",)

"""The survey by its link, and its results for host and organiser."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import select

from peer_visits.accounts.models import Person
from peer_visits.followup.survey.models import Survey, SurveyRemark, SurveySide
from peer_visits.followup.survey.reminders import answer_links
from peer_visits.followup.survey.rules import Question, Side
from peer_visits.kernel import clock
from peer_visits.storage.transaction import reading, writing
from peer_visits.web.limits import limiter
from tests.followup.survey.answers import close, make_survey, tickets
from tests.support.factories import NOW

ClientOf = Callable[[Person], FlaskClient]
ANSWER = {question.value: "4" for question in Question}


class Desk:
    """An open survey of six guests and their host."""

    def __init__(self) -> None:
        with writing() as session:
            ended, survey = make_survey(session, 6, [])
            self.slug, self.programme = ended.visit.slug, ended.programme.slug
            self.survey = survey.id
            self.people = {"host": ended.host.id, "organiser": ended.organiser.id}
            self.people["guest"] = ended.places["Guest 0"].person_id
            self.place = ended.places["Guest 0"].id
            links = answer_links(current_app.extensions["session_info"]["mail"].secret)
            self.links = [f"/survey/{links.make(one)}" for one in tickets(session, survey, Side.GUEST)]  # type: ignore[arg-type]
            [host] = tickets(session, survey, Side.HOST)
            self.host_link = f"/survey/{links.make(host)}"  # type: ignore[arg-type]

    def answered(self) -> int:
        reading().rollback()
        return reading().get_one(SurveySide, (self.survey, Side.GUEST)).answered

    def close(self) -> None:
        with writing() as session:
            close(session, session.get_one(Survey, self.survey))


@pytest.fixture
def desk(app: Flask, at_now: datetime, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(limiter, "enabled", False)
    return Desk()


@pytest.fixture
def as_(app: Flask, desk: Desk, client_of: ClientOf) -> Callable[[str], FlaskClient]:
    return lambda who: client_of(reading().get_one(Person, desk.people[who]))


def test_opening_the_link_counts_nothing_and_the_button_counts_once(desk: Desk, client: FlaskClient) -> None:
    page = client.get(desk.links[0])
    assert page.status_code == 200
    assert "I learnt something that I can use at home." in page.text
    assert desk.answered() == 0
    done = client.post(desk.links[0], data={**ANSWER, "useful": "The walk."}, follow_redirects=True)
    assert "Your answer is counted" in done.text
    assert desk.answered() == 1
    again = client.post(desk.links[0], data=ANSWER)
    assert again.status_code == 422
    assert "You have answered already." in again.text
    assert desk.answered() == 1


def test_hosts_are_asked_the_same_in_their_own_words(desk: Desk, client: FlaskClient) -> None:
    assert "We learnt something from our guests that we can use." in client.get(desk.host_link).text


def test_what_is_missing_or_too_long_is_told_beside_it_and_nothing_is_lost(
    desk: Desk, client: FlaskClient
) -> None:
    missing = {name: value for name, value in ANSWER.items() if name != "group"}
    page = client.post(desk.links[0], data={**missing, "useful": "Kept words", "promise": "9"})
    assert page.status_code == 422
    assert page.text.count("Choose a number, or “cannot say”.") == 2  # beside the field and above the form
    assert "Kept words" in page.text
    assert "checked" in page.text
    long = client.post(desk.links[0], data={**ANSWER, "better": "x" * 1001})
    assert "Write at most 1000 characters." in long.text
    assert desk.answered() == 0


def test_a_link_of_no_ticket_says_so_to_readers_and_senders(desk: Desk, client: FlaskClient) -> None:
    for secret in ("x", desk.links[0][:-1].removeprefix("/survey/") + "z", "0" * 72):
        assert "No survey here" in client.get(f"/survey/{secret}").text
        assert "No survey here" in client.post(f"/survey/{secret}", data=ANSWER).text
    desk.close()
    assert "No survey here" in client.get(desk.links[0]).text
    assert "No survey here" in client.post(desk.links[0], data=ANSWER).text


def test_the_last_second_counts(desk: Desk, client: FlaskClient) -> None:
    closes_at = NOW + timedelta(days=14)
    with clock.frozen(closes_at - timedelta(seconds=1)):
        assert "Send my answer" in client.get(desk.links[0]).text
    with clock.frozen(closes_at):
        assert "No survey here" in client.get(desk.links[0]).text
        assert "takes no answers any more" in client.post(desk.links[0], data=ANSWER).text


def test_results_come_after_the_end_and_from_five_answers_on(
    desk: Desk, client: FlaskClient, as_: Callable[[str], FlaskClient]
) -> None:
    for link in desk.links[:5]:
        client.post(link, data={**ANSWER, "useful": "=The <i>walk</i>."})
    page = f"/visits/{desk.slug}/survey"
    for who in ("host", "organiser"):
        text = as_(who).get(page).text
        assert "5/6" in text
        assert "Results stand here once it is closed" in text
        assert "walk" not in text
        assert "walk" not in as_(who).get(f"{page}.csv").text
    desk.close()
    text = as_("host").get(page).text
    assert "=The &lt;i&gt;walk&lt;/i&gt;." in text
    assert "No answer: Hosts" in text
    rows = list(csv.reader(io.StringIO(as_("host").get(f"{page}.csv").text.removeprefix("\ufeff"))))
    assert next(row for row in rows if row[1] == "Guests" and row[3] == "4")[4] == "5"
    assert sum(row[3] == "'=The <i>walk</i>." for row in rows) == 5
    assert not any(row[1] == "Hosts" for row in rows)
    assert as_("guest").get(page).status_code == 403


def test_over_all_visits(desk: Desk, client: FlaskClient, as_: Callable[[str], FlaskClient]) -> None:
    page = f"/organise/programmes/{desk.programme}/survey"
    assert "Nothing to add up yet" in as_("organiser").get(page).text
    for link in desk.links:
        client.post(link, data=ANSWER)
    client.post(desk.host_link, data=ANSWER)
    desk.close()
    text = as_("organiser").get(page).text
    assert "Guests: 6 answers." in text
    assert "Hosts: 1 answers of small groups wait until 5 have come together." in text
    assert "All visits" in as_("organiser").get(f"{page}.csv").text
    assert as_("host").get(page).status_code == 403


def test_the_organiser_moves_the_last_day(desk: Desk, as_: Callable[[str], FlaskClient]) -> None:
    organiser, url = as_("organiser"), f"/visits/{desk.slug}/survey/closing"
    saved = organiser.post(url, data={"version": "1", "closes_on": "2026-05-29"}, follow_redirects=True)
    assert "The last day for answers is saved." in saved.text
    assert reading().scalars(select(Survey)).one().closes_at.day == 29
    for day, why in (
        ("2026-05-01", "This day is over."),
        ("2026-09-01", "at most 60 days"),
        ("", "Fill this in"),
    ):
        wrong = organiser.post(url, data={"version": "2", "closes_on": day})
        assert wrong.status_code == 422
        assert why in wrong.text
    assert as_("host").post(url, data={"version": "2", "closes_on": "2026-05-30"}).status_code == 403


def test_the_organiser_opens_it_by_hand(app: Flask, at_now: datetime, client_of: ClientOf) -> None:
    with writing() as session:
        ended, survey = make_survey(session, 1, [])
        organiser, slug = ended.organiser.id, ended.visit.slug
        survey_id = survey.id
    client = client_of(reading().get_one(Person, organiser))
    again = client.post(f"/visits/{slug}/survey")
    assert again.status_code == 422
    assert "opened already" in again.text
    assert reading().get_one(Survey, survey_id).closed_at is None


def test_a_guest_finds_the_survey_on_the_page_of_the_place(
    desk: Desk, client: FlaskClient, as_: Callable[[str], FlaskClient]
) -> None:
    assert desk.links[0] in as_("guest").get(f"/places/{desk.place}").text
    client.post(desk.links[0], data=ANSWER)
    assert desk.links[0] not in as_("guest").get(f"/places/{desk.place}").text
    assert reading().scalars(select(SurveyRemark)).all() == []

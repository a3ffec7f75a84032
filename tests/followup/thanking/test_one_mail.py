"""What arrives after a visit: one mail the next morning with everything that is asked, and nothing twice."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from peer_visits.accounts.models import Person
from peer_visits.followup.commitments.links import commitment_token
from peer_visits.followup.commitments.reminders import ask_for_commitments
from peer_visits.followup.commitments.services import Words, write_commitments
from peer_visits.followup.commitments.states import Showing
from peer_visits.followup.survey.models import Survey
from peer_visits.followup.survey.reminders import answer_links
from peer_visits.followup.survey.rules import Side
from peer_visits.followup.survey.services import open_survey
from peer_visits.followup.survey.sweeps import mail_surveys, open_due_surveys
from peer_visits.followup.thanking.reminders import thank_after_visits
from peer_visits.outbox.models import Message, ReminderSetting
from peer_visits.outbox.reasons import tend
from peer_visits.outbox.reminding import THANKS
from peer_visits.places.reminders import morning
from peer_visits.places.states import PlaceKind
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.models import Visit
from tests.followup.survey.answers import answer, tickets
from tests.support.followup_factories import ENDS, Ended, make_ended_visit

HOUR = timedelta(hours=1)


@pytest.fixture
def ended(app: Flask) -> Ended:
    """Ann and Ben came, Nora never did, Sam spoke."""
    came = {"Ann": (1, 3), "Ben": (1, 3), "Nora": (), "Sam": (1,)}
    with writing() as session:
        return make_ended_visit(session, came, kinds={"Sam": PlaceKind.SPEAKER})


def nine(ended: Ended) -> datetime:
    """The morning after, where the visit was."""
    return morning(ENDS.date(), ended.visit.zone) + 24 * HOUR


def every_hour(first: datetime, hours: int) -> None:
    """The worker's sweeps, in their order."""
    for number in range(hours):
        now = first + number * HOUR
        open_due_surveys(now)
        thank_after_visits(now)
        mail_surveys(now)
        ask_for_commitments(now)


def mails(name: str = "") -> list[Message]:
    reading().rollback()
    query = select(Message).order_by(Message.created_at, Message.to_name, Message.kind)
    return [one for one in reading().scalars(query) if not name or one.to_name == name]


def told(name: str) -> list[str]:
    return [str((one.data or {})["words"]) for one in mails(name)]


def test_who_came_gets_one_mail_in_the_first_days(ended: Ended) -> None:
    every_hour(nine(ended) - 30 * HOUR, 30 + 6 * 24)
    assert told("Ann") == [THANKS]
    assert told("Sam") == [THANKS]
    assert told("Nora") == [], "who never came is not thanked for coming"
    assert told(ended.host.name) == ["survey.invitation"]
    [mail] = mails("Ann")
    assert mail.created_at == nine(ended)
    assert "/survey/" in mail.text
    assert "/commitments/" in mail.text
    [spoke] = mails("Sam")
    assert "/survey/" not in spoke.text
    assert "/commitments/" not in spoke.text


def test_its_links_are_those_of_the_mails_it_stands_for(ended: Ended) -> None:
    every_hour(nine(ended) - 20 * HOUR, 21)
    [mail] = mails("Ann")
    with writing() as session:
        survey = session.scalars(select(Survey)).one()
        ticket = tickets(session, survey, Side.GUEST)[0]
        links = answer_links(session.info["mail"].secret)
        assert f"/survey/{links.make(ticket)}" in mail.text  # type: ignore[arg-type]
        assert f"/commitments/{commitment_token(session, ended.places['Ann'].id)}" in mail.text


def test_who_did_nothing_is_reminded_of_each_and_who_did_is_not(ended: Ended) -> None:
    every_hour(nine(ended) - 20 * HOUR, 21)
    with writing() as session:
        answer(session, tickets(session, session.scalars(select(Survey)).one(), Side.GUEST)[0], 5)
        write_commitments(
            session,
            actor=session.get_one(Person, ended.places["Ann"].person_id),
            now=nine(ended),
            place_id=ended.places["Ann"].id,
            expected_version=0,
            written=[Words(1, "", "Ask two associations")],
            showing=Showing.HIDDEN,
        )
    every_hour(nine(ended) + HOUR, 12 * 24)
    assert told("Ann") == [THANKS]
    assert told("Ben") == [THANKS, "survey.reminder", "commitment.wanted_again"]


def test_what_is_done_before_it_leaves_is_not_asked(ended: Ended) -> None:
    every_hour(nine(ended) - 20 * HOUR, 21)
    with writing() as session:
        answer(session, tickets(session, session.scalars(select(Survey)).one(), Side.GUEST)[0], 5)
        [mail] = session.scalars(select(Message).where(Message.to_name == "Ann"))
        assert tend(session, mail, nine(ended))
        assert "/survey/" not in mail.text
        assert "/commitments/" in mail.text


def test_a_call_without_thanks_asks_by_the_mails_of_their_own(ended: Ended) -> None:
    with writing() as session:
        session.add(ReminderSetting(call_id=ended.call.id, name=THANKS, hours=24, late_hours=96, is_on=False))
    every_hour(nine(ended) - 20 * HOUR, 24)
    assert told("Ann") == ["survey.invitation", "commitment.wanted"]


def test_own_words_without_a_link_leave_it_to_its_own_mail(ended: Ended) -> None:
    """An organiser took the survey out of the mail that waits: then it comes by itself."""
    open_due_surveys(nine(ended) - 10 * HOUR)
    thank_after_visits(nine(ended))
    with writing() as session:
        for mail in session.scalars(select(Message)):
            mail.text = "Thank you for coming."
    every_hour(nine(ended) + HOUR, 3)
    assert told("Ann") == [THANKS, "survey.invitation", "commitment.wanted"]


def test_a_survey_that_was_mailed_before_is_not_asked_again(ended: Ended) -> None:
    early = nine(ended) - 30 * HOUR
    with writing() as session:
        open_survey(session, actor=ended.organiser, now=early, visit=session.get_one(Visit, ended.visit.id))
    every_hour(early, 34)
    assert told("Ann") == ["survey.invitation", THANKS]
    assert "/survey/" not in mails("Ann")[1].text

"""Before something of an application is forgotten its person is told: in time, once, and only what is true."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application
from peer_visits.applications.sweeps import forget_old_answers
from peer_visits.calls.models import Call, CallRetention
from peer_visits.kernel import clock
from peer_visits.outbox.models import Message
from peer_visits.outbox.reasons import tend
from peer_visits.outbox.states import MessageState
from peer_visits.places.states import PlaceState
from peer_visits.privacy.erasing import erase_person
from peer_visits.privacy.rules import USUAL, Outcome
from peer_visits.privacy.services import set_limits
from peer_visits.privacy.sweeps import forget_old_applications
from peer_visits.privacy.warning import KIND, warn_before_forgetting
from peer_visits.questions.kinds import Kind
from peer_visits.questions.models import Question
from peer_visits.questions.queries import list_questions
from peer_visits.questions.rules import kept_until
from peer_visits.storage.transaction import reading, writing
from tests.support.factories import NOW, make_application, make_person, make_question
from tests.support.places_factories import Story, make_closed_call, make_place

ClientOf = Callable[[Person], FlaskClient]
SECOND = timedelta(seconds=1)


@pytest.fixture
def closed(app: Flask) -> Story:
    """A call that closed before NOW, with one application without a place, one with, an empty draft, and limits."""
    with writing() as session:
        made = make_closed_call(session, 2)
        made.call.decided_at = made.call.answered_at = NOW
        for question in list_questions(session, made.call.id):
            question.definition = {**question.definition, "keep_months": 120}
        for name in ("Rita", "Paul", "Dora"):
            application = make_application(
                session,
                made.call,
                [] if name == "Dora" else made.visits,
                make_person(session, name),
                submitted=name != "Dora",
            )
            if name == "Dora":
                application.answers, application.draft = {}, {"choices": [], "answers": {}}
            if name == "Paul":
                make_place(session, made.visits[0], application, PlaceState.ACCEPTED)
    limit(made)
    return made


def limit(made: Story, now: datetime = NOW, **values: object) -> None:
    with writing() as session:
        known = session.get(CallRetention, made.call.id)
        usual = {"warn_days": 28, "takes_accounts": False, "is_held": False, "held_for": "", "months": USUAL}
        set_limits(
            session,
            actor=made.organiser,
            now=now,
            call=session.get_one(Call, made.call.id),
            version=known.version if known else 0,
            **{**usual, **values},  # type: ignore[arg-type]
        )


def end_of(made: Story, outcome: Outcome) -> datetime:
    return kept_until(made.call.closes_at, USUAL[outcome])


def before(made: Story, outcome: Outcome, days: int = 28) -> datetime:
    return end_of(made, outcome) - timedelta(days=days)


def mails() -> list[Message]:
    reading().rollback()
    query = select(Message).where(Message.kind == KIND).order_by(Message.created_at, Message.to_name)
    return list(reading().scalars(query))


def judge_again(now: datetime) -> None:
    """What the worker does with a mail before it leaves."""
    with writing() as session:
        for message in session.scalars(select(Message).where(Message.kind == KIND)).all():
            tend(session, message, now)


def told() -> list[str]:
    """Who was told, oldest first; whatever was withdrawn in brackets."""
    return [one.to_name if one.state is not MessageState.WITHDRAWN else f"({one.to_name})" for one in mails()]


def test_everybody_is_told_four_weeks_before_and_once(closed: Story) -> None:
    first = before(closed, Outcome.REFUSED)
    assert warn_before_forgetting(first - SECOND) == 0
    assert warn_before_forgetting(first) == 1
    assert warn_before_forgetting(first) == 0
    assert warn_before_forgetting(end_of(closed, Outcome.REFUSED) - SECOND) == 0
    assert warn_before_forgetting(before(closed, Outcome.PLACED)) == 1
    assert told() == ["Rita", "Paul"]


def test_the_mail_says_what_goes_when_and_how_to_keep_it(closed: Story) -> None:
    warn_before_forgetting(before(closed, Outcome.REFUSED))
    [mail] = mails()
    assert "/account/data" in mail.text
    assert "Your application with everything you wrote in it" in mail.text
    assert "half a year" not in mail.text
    assert mail.not_after == end_of(closed, Outcome.REFUSED)


def test_that_the_account_goes_is_said_where_it_does(closed: Story) -> None:
    limit(closed, takes_accounts=True)
    warn_before_forgetting(before(closed, Outcome.REFUSED))
    assert "If you have not used your account for half a year" in mails()[0].text


def test_the_reader_s_language_counts(closed: Story) -> None:
    with writing() as session:
        session.scalars(select(Person).where(Person.name == "Rita")).one().language = "fi"
    warn_before_forgetting(before(closed, Outcome.REFUSED))
    assert "Hakemuksesi ja kaikki, mitä kirjoitit siihen" in mails()[0].text


def test_nobody_is_told_of_what_is_empty_or_was_forgotten(closed: Story) -> None:
    assert warn_before_forgetting(before(closed, Outcome.DRAFT)) == 0
    forget_old_applications(end_of(closed, Outcome.PLACED))
    assert warn_before_forgetting(end_of(closed, Outcome.PLACED) + timedelta(days=1)) == 0
    assert told() == []


def test_a_call_may_tell_nobody_or_much_sooner(closed: Story) -> None:
    limit(closed, warn_days=0)
    assert warn_before_forgetting(before(closed, Outcome.REFUSED)) == 0
    limit(closed, warn_days=180)
    assert warn_before_forgetting(before(closed, Outcome.REFUSED, 180) - SECOND) == 0
    assert warn_before_forgetting(before(closed, Outcome.REFUSED, 180)) == 1


@pytest.mark.parametrize(
    "change",
    [{"is_held": True, "held_for": "An audit"}, {"months": {**USUAL, Outcome.REFUSED: 30}}],
    ids=["held", "longer"],
)
def test_what_is_no_longer_true_is_withdrawn(closed: Story, change: dict[str, object]) -> None:
    first = before(closed, Outcome.REFUSED)
    warn_before_forgetting(first)
    judge_again(first)
    assert told() == ["Rita"]
    limit(closed, **change)  # type: ignore[arg-type]
    judge_again(first)
    assert told() == ["(Rita)"]
    assert mails()[0].why == "Nothing of this application is forgotten at that time any more."


def test_a_hold_that_ends_gives_everybody_their_weeks(closed: Story) -> None:
    """Nothing that is overdue goes at once: it is told, and goes four weeks later."""
    limit(closed, is_held=True, held_for="An audit")
    late = end_of(closed, Outcome.PLACED) + timedelta(days=9)
    limit(closed, late)
    assert warn_before_forgetting(late) == 2
    assert forget_old_applications(late + timedelta(days=28) - SECOND) == 0
    assert forget_old_applications(late + timedelta(days=28)) == 3
    assert len(mails()) == 2


def test_who_is_erased_gets_no_mail(closed: Story) -> None:
    first = before(closed, Outcome.REFUSED)
    warn_before_forgetting(first)
    with writing() as session:
        rita = session.scalars(select(Person).where(Person.name == "Rita")).one()
        erase_person(session, person=rita, now=first, by=None)
    judge_again(first)
    assert [one.state for one in mails()] == [MessageState.WITHDRAWN]


# Answers to single questions


def ask(closed: Story, months: int) -> Question:
    """A question with a time of its own, answered by Rita alone."""
    with writing() as session:
        question = make_question(
            session,
            session.get_one(Call, closed.call.id),
            Kind.SHORT,
            labels={"en": "What do you eat?", "fi": "Mitä syöt?"},
            keep_months=months,
        )
        rita = session.scalars(
            select(Application).join(Person, Person.id == Application.person_id).where(Person.name == "Rita")
        ).one()
        rita.answers = {**rita.answers, str(question.id): "Nuts, never"}
        return question


def test_answers_with_a_shorter_time_are_told_of_by_their_question(closed: Story) -> None:
    ask(closed, 12)
    end = kept_until(closed.call.closes_at, 12)
    assert warn_before_forgetting(end - timedelta(days=28) - SECOND) == 0
    assert warn_before_forgetting(end - timedelta(days=28)) == 1
    assert warn_before_forgetting(end - timedelta(days=28)) == 0
    [mail] = mails()
    assert mail.to_name == "Rita"
    assert "What do you eat?" in mail.text
    assert "everything you wrote" not in mail.text
    assert "Nuts" not in mail.text


def test_answers_that_go_with_the_whole_are_not_told_of_twice(closed: Story) -> None:
    ask(closed, USUAL[Outcome.REFUSED])
    warn_before_forgetting(before(closed, Outcome.REFUSED))
    [mail] = mails()
    assert "everything you wrote" in mail.text


def test_answers_that_were_forgotten_are_not_told_of(closed: Story) -> None:
    ask(closed, 12)
    end = kept_until(closed.call.closes_at, 12)
    forget_old_answers(end)
    assert warn_before_forgetting(end - timedelta(days=1)) == 0


# The organiser's page


def test_the_organiser_sees_what_goes_when_and_who_knows(closed: Story, client_of: ClientOf) -> None:
    ask(closed, 12)
    first = before(closed, Outcome.REFUSED)
    warn_before_forgetting(first)
    organiser = client_of(reading().get_one(Person, closed.organiser.id))
    with clock.frozen(NOW):
        page = organiser.get(f"/organise/calls/{closed.call.slug}/retention").get_data(as_text=True)
    assert "What do you eat?" in page
    assert "Goes on" in page
    assert "1 mail so far" in page

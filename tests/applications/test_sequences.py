"""Any sequence of saving, sending, changing, withdrawing, extending and waiting: nothing typed is lost.

A model remembers what was acknowledged; after each step the database must say the same.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Flask
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from peer_visits.accounts.models import Person
from peer_visits.applications import invariants
from peer_visits.applications.drafts import read_draft, sent_content
from peer_visits.applications.exceptions import ask_to_complete
from peer_visits.applications.models import Application, SentVersion
from peer_visits.applications.queries import find_application
from peer_visits.applications.rules import KEPT_AFTER_CLOSING, MOTIVATION, ApplicationContent, ChoiceContent
from peer_visits.applications.services.saving import discard_changes, save_draft
from peer_visits.applications.services.sending import submit_application
from peer_visits.applications.services.withdrawing import reopen_application, withdraw_application
from peer_visits.applications.states import ApplicationState
from peer_visits.calls.models import Call
from peer_visits.kernel.errors import Refused
from peer_visits.questions.queries import list_questions
from peer_visits.storage.transaction import reading, writing
from tests.support.databases import empty_database
from tests.support.factories import NOW, make_call, make_person, make_visit

MOST = 2
WORDS = st.sampled_from(
    ["", "short", "ä" * MOTIVATION, "x" * (MOTIVATION + 1), "with\nlines", "\u202eturned"]
)
ANSWERS = st.sampled_from(["", "an answer", "y" * 4001])


class Applicant(RuleBasedStateMachine):
    """One applicant at one call, with a clock that only goes forward."""

    @initialize()
    def begin(self) -> None:
        empty_database()
        with writing() as session:
            call = make_call(session, closes_at=NOW + timedelta(hours=10), max_choices=MOST)
            self.visits = [make_visit(session, call).id for _number in range(3)]
            self.call_id, self.person_id = call.id, make_person(session).id
            self.questions = [one.id for one in list_questions(session, call.id)]
            self.closes_at = call.closes_at
        self.now = NOW
        self.typed: ApplicationContent | None = None
        self.sent: ApplicationContent | None = None
        self.versions = 0
        self.extended: datetime | None = None

    # What somebody does

    @rule(
        visits=st.lists(st.integers(-1, 2), max_size=MOST + 1),
        why=WORDS,
        answer=ANSWERS,
        stale=st.booleans(),
    )
    def save(self, visits: list[int], why: str, answer: str, stale: bool) -> None:
        content = ApplicationContent(
            tuple(ChoiceContent(None if at < 0 else self.visits[at], why) for at in visits),
            {question: answer for question in self.questions if answer},
        )
        before = self.application()
        version = (before.version if before else 0) - int(stale)
        kept = self.carry_out(
            lambda session: save_draft(
                session,
                actor=session.get_one(Person, self.person_id),
                now=self.now,
                call_id=self.call_id,
                version=version,
                content=content,
            )
        )
        is_withdrawn = before is not None and before.state is ApplicationState.WITHDRAWN
        fresh = before is None or not stale
        assert kept == (fresh and not is_withdrawn and self.now < self.last_moment(keeping=True))
        if kept:
            self.typed = content

    @rule(stale=st.booleans())
    def send(self, stale: bool) -> None:
        before = self.application()
        version = (before.version if before else 0) - int(stale)
        done = self.carry_out(
            lambda session: submit_application(
                session,
                actor=session.get_one(Person, self.person_id),
                now=self.now,
                call_id=self.call_id,
                version=version,
            )
        )
        if done and self.typed is not None and before is not None:
            assert self.now < self.last_moment(), "taken after the deadline"
            assert self.is_whole(self.typed), "taken with something missing or too long"
            assert not stale, "taken although another window had changed it"
            self.sent, self.typed, self.versions = self.typed, None, self.versions + 1

    @precondition(lambda self: self.application() is not None)
    @rule()
    def withdraw(self) -> None:
        self.carry_out(
            lambda session: withdraw_application(
                session,
                actor=session.get_one(Person, self.person_id),
                now=self.now,
                application=self.find(session),
                reason="No budget.",
            )
        )

    @precondition(lambda self: self.application() is not None)
    @rule()
    def start_again(self) -> None:
        done = self.carry_out(
            lambda session: reopen_application(
                session,
                actor=session.get_one(Person, self.person_id),
                now=self.now,
                application=self.find(session),
            )
        )
        if done and self.typed is None:
            self.typed = self.sent

    @precondition(lambda self: self.application() is not None)
    @rule()
    def discard(self) -> None:
        done = self.carry_out(
            lambda session: discard_changes(
                session,
                actor=session.get_one(Person, self.person_id),
                now=self.now,
                application=self.find(session),
            )
        )
        if done:
            self.typed = None

    # What others do

    @rule(hours=st.integers(1, 30))
    def extend(self, hours: int) -> None:
        self.closes_at += timedelta(hours=hours)
        with writing() as session:
            session.get_one(Call, self.call_id).closes_at = self.closes_at

    @precondition(lambda self: self.application() is not None)
    @rule(hours=st.integers(1, 30))
    def ask_for_more(self, hours: int) -> None:
        until = self.now + timedelta(hours=hours)
        done = self.carry_out(
            lambda session: ask_to_complete(
                session,
                actor=session.get_one(Person, self.person_id),
                now=self.now,
                application=self.find(session),
                until=until,
                note="The letter, please.",
            )
        )
        if done:
            self.extended = until

    @rule(minutes=st.sampled_from([1, 30, 300, 60 * 24]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def wait_for_the_last_second(self) -> None:
        self.now = max(self.now, self.closes_at - timedelta(seconds=1))

    # What must hold

    @invariant()
    def nothing_typed_is_lost(self) -> None:
        application = self.application()
        if application is None:
            return
        draft = None if application.draft is None else read_draft(application.draft)
        assert draft == self.typed
        if self.sent is not None:
            assert sent_content(application) == self.sent
        else:
            assert application.state is not ApplicationState.SUBMITTED

    @invariant()
    def every_version_sent_is_kept(self) -> None:
        reading().rollback()
        assert reading().scalar(select(func.count()).select_from(SentVersion)) == self.versions

    @invariant()
    def the_database_holds_what_must_hold(self) -> None:
        reading().rollback()
        assert invariants.find_broken(reading()) == []

    # Helpers of the model

    def application(self) -> Application | None:
        reading().rollback()
        return find_application(reading(), self.person_id, self.call_id)

    def find(self, session: object) -> Application:
        found = find_application(session, self.person_id, self.call_id)  # type: ignore[arg-type]
        assert found is not None
        return found

    def carry_out(self, command: Callable[..., object]) -> bool:
        try:
            with writing() as session:
                command(session)
        except Refused:
            return False
        return True

    def last_moment(self, *, keeping: bool = False) -> datetime:
        """The first moment at which nothing is taken, or kept, any more."""
        closes = self.closes_at + (KEPT_AFTER_CLOSING if keeping else timedelta(0))
        return max(closes, self.extended) if self.extended else closes

    def is_whole(self, content: ApplicationContent) -> bool:
        chosen: list[uuid.UUID | None] = [choice.visit_id for choice in content.choices]
        good_words = all(
            0 < len(choice.motivation) <= MOTIVATION and "\u202e" not in choice.motivation
            for choice in content.choices
        )
        answered = all(0 < len(str(content.answers.get(one, ""))) <= 4000 for one in self.questions)
        return (0 < len(chosen) <= MOST and len(set(chosen)) == len(chosen) and None not in chosen) and (
            good_words and answered
        )


def test_no_sequence_loses_an_answer_breaks_a_limit_or_sends_late(app: Flask) -> None:
    examples = settings.get_profile("house").max_examples // 4
    few = settings(max_examples=examples, stateful_step_count=25)
    run_state_machine_as_test(Applicant, settings=few)

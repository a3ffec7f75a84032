"""An application is sent, or sent again changed."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications import messages
from peer_visits.applications.drafts import (
    read_draft,
    without_what_is_hidden,
    write_answers,
    write_draft,
    write_sent,
)
from peer_visits.applications.models import Application, Choice, SentVersion
from peer_visits.applications.queries import find_application
from peer_visits.applications.rules import ApplicationContent, ChoiceContent, may_send
from peer_visits.applications.searching import index_application
from peer_visits.applications.services.judging import check_may_send
from peer_visits.applications.states import APPLICATION, ApplicationCommand, ApplicationState
from peer_visits.applications.steps import log_application, next_version, write_marks
from peer_visits.calls.models import Call
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import phrase
from peer_visits.outbox.services import post
from peer_visits.questions.definition import Questionnaire
from peer_visits.questions.queries import read_questionnaire


def submit_application(
    session: Session, *, actor: Person, now: datetime, call_id: uuid.UUID, version: int
) -> Application:
    """Send what the draft holds, or send it again changed, with a receipt by mail.

    Sent twice (a double click) it is sent once. Raises Incomplete, Stale or Refused; the draft stays.
    """
    call = session.get_one(Call, call_id)
    application = find_application(session, actor.id, call_id)
    if application is None:
        raise Refused(phrase("There is nothing to send yet."))
    if application.state is ApplicationState.SUBMITTED and application.draft is None:
        return application
    content, questionnaire = read_draft(application.draft), read_questionnaire(session, call_id)
    if not may_send(call, application, now):
        raise Refused(
            phrase("The call is closed; nothing can be sent any more. What you wrote is kept as a draft.")
        )
    check_may_send(session, actor, call, application, content, questionnaire)
    application = next_version(session, actor, now, call, application, version)
    changed = application.state is ApplicationState.SUBMITTED
    take_in(
        session,
        actor=actor,
        now=now,
        application=application,
        person=actor,
        content=content,
        questionnaire=questionnaire,
    )
    post(session, messages.receipt(session, application, actor, call, changed=changed), now=now)
    return application


def take_in_at_once(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    call: Call,
    person: Person,
    content: ApplicationContent,
    questionnaire: Questionnaire,
    begun_at: datetime,
    is_imported: bool = False,
) -> Application:
    """An application that nobody typed here: there is no draft to keep before, so it is written once."""
    application = Application(
        id=new_id(),
        call_id=call.id,
        person_id=person.id,
        state=ApplicationState.DRAFT,
        draft=write_draft(content),
        created_at=begun_at,
        saved_at=begun_at,
        sent_number=0,
        is_imported=is_imported,
        choices=[],
    )
    session.add(application)
    with session.no_autoflush:
        take_in(
            session,
            actor=actor,
            now=now,
            application=application,
            person=person,
            content=content,
            questionnaire=questionnaire,
        )
    return application


def take_in(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    application: Application,
    person: Person,
    content: ApplicationContent,
    questionnaire: Questionnaire,
) -> None:
    """Make the content what this application says: judged before, told to nobody here."""
    application.state = APPLICATION.step(application.state, ApplicationCommand.SUBMIT)
    _write_sent(session, application, without_what_is_hidden(content, questionnaire), questionnaire, now)
    write_marks(application, person)
    session.flush()
    session.refresh(application, ["choices"])
    index_application(session, application, person, content)
    log_application(session, actor, now, application, "application.submitted", after=application.state)


def _write_sent(
    session: Session,
    application: Application,
    content: ApplicationContent,
    questionnaire: Questionnaire,
    now: datetime,
) -> None:
    application.draft, application.submitted_at, application.saved_at = None, now, now
    application.answers = write_answers(content.answers, questionnaire)
    application.substitute_name, application.substitute_email = (
        content.substitute_name,
        content.substitute_email,
    )
    application.sent_number += 1
    session.add(
        SentVersion(
            application_id=application.id,
            number=application.sent_number,
            sent_at=now,
            content=write_sent(content, questionnaire),
        )
    )
    _write_choices(application, content.choices, questionnaire)


def _write_choices(
    application: Application, wanted: tuple[ChoiceContent, ...], questionnaire: Questionnaire
) -> None:
    """Change the choices in place: reviews hang on them, so a choice that stays keeps its record."""
    kept = {choice.visit_id: choice for choice in application.choices}
    application.choices = [
        _ranked(kept.get(content.visit_id) if content.visit_id else None, content, rank, questionnaire)
        for rank, content in enumerate(wanted, start=1)
    ]


def _ranked(choice: Choice | None, content: ChoiceContent, rank: int, questionnaire: Questionnaire) -> Choice:
    choice = choice or Choice(visit_id=content.visit_id)
    choice.rank, choice.motivation, choice.is_sent = rank, content.motivation, True
    choice.answers = write_answers(content.answers, questionnaire)
    return choice

"""An application is sent, or sent again changed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications import messages
from peer_visits.applications.drafts import (
    Kept,
    read_draft,
    without_what_is_hidden,
    write_sent,
)
from peer_visits.applications.models import Application, Choice, SentVersion
from peer_visits.applications.queries import find_application
from peer_visits.applications.rules import ApplicationContent, ChoiceContent, may_send
from peer_visits.applications.searching import index_applications
from peer_visits.applications.services.judging import check_may_send
from peer_visits.applications.states import APPLICATION, ApplicationCommand, ApplicationState
from peer_visits.applications.steps import next_version, write_marks
from peer_visits.audit.services import record_each
from peer_visits.calls.models import Call
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import phrase
from peer_visits.outbox.services import post
from peer_visits.questions.definition import Questionnaire
from peer_visits.questions.queries import read_questionnaire
from peer_visits.storage.rows import add_rows


@dataclass(frozen=True)
class Given:
    """What somebody says in an application, and the moment from which it counts as sent."""

    person: Person
    content: ApplicationContent
    sent_at: datetime


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
    _take_in(session, actor, now, call, [(application, Given(actor, content, now))], questionnaire)
    session.refresh(application, ["choices"])
    post(session, messages.receipt(session, application, actor, call, changed=changed), now=now)
    return application


def take_in_at_once(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    call: Call,
    questionnaire: Questionnaire,
    given: Sequence[Given],
    is_imported: bool = False,
) -> list[Application]:
    """Applications that nobody typed here, told to nobody: no draft is kept before, so each is written once."""
    begun = [
        Application(
            id=new_id(),
            call_id=call.id,
            person_id=one.person.id,
            state=ApplicationState.DRAFT,
            created_at=one.sent_at,
            sent_number=0,
            is_imported=is_imported,
            choices=[],
        )
        for one in given
    ]
    session.add_all(begun)
    _take_in(session, actor, now, call, list(zip(begun, given, strict=True)), questionnaire)
    return begun


def _take_in(
    session: Session,
    actor: Person,
    now: datetime,
    call: Call,
    said: Sequence[tuple[Application, Given]],
    questionnaire: Questionnaire,
) -> None:
    """Make what is given what each application says, judged before; as many statements for one as for many.

    Choices that are new come by their application only when it is read again.
    """
    versions: list[Kept] = []
    choices: list[Kept] = []
    for application, given in said:
        application.state = APPLICATION.step(application.state, ApplicationCommand.SUBMIT)
        write_marks(application, given.person)
        content = without_what_is_hidden(given.content, questionnaire)
        sent = write_sent(content, questionnaire)
        _write_answers(application, content, sent, now)
        application.submitted_at = given.sent_at
        versions.append(_version(application, sent, now))
        choices += _write_choices(application, content.choices, sent["choices"])
    add_rows(session, SentVersion, versions)
    add_rows(session, Choice, choices)
    index_applications(session, [(application, one.person, one.content) for application, one in said])
    record_each(
        session,
        actor=actor,
        now=now,
        action="application.submitted",
        subjects=[application for application, _given in said],
        programme_id=call.programme_id,
        after=ApplicationState.SUBMITTED,
    )


def _write_answers(application: Application, content: ApplicationContent, sent: Kept, now: datetime) -> None:
    application.draft, application.saved_at = None, now
    application.answers = sent["answers"]
    application.substitute_name = content.substitute_name
    application.substitute_email = content.substitute_email
    application.sent_number += 1


def _version(application: Application, sent: Kept, now: datetime) -> Kept:
    return {
        "application_id": application.id,
        "number": application.sent_number,
        "sent_at": now,
        "content": sent,
    }


def _write_choices(
    application: Application, wanted: Sequence[ChoiceContent], sent: Sequence[Kept]
) -> Iterator[Kept]:
    """Change the choices in place: reviews hang on them, so one that stays keeps its record. Gives the new as rows."""
    kept: dict[uuid.UUID | None, Choice] = {choice.visit_id: choice for choice in application.choices}
    application.choices = [kept[one.visit_id] for one in wanted if one.visit_id in kept]
    for rank, (content, written) in enumerate(zip(wanted, sent, strict=True), start=1):
        choice = kept.get(content.visit_id)
        if choice is None:
            yield _new_choice(application, content, rank, written["answers"])
        else:
            choice.rank, choice.motivation, choice.answers = rank, content.motivation, written["answers"]
            choice.is_sent = True


def _new_choice(application: Application, content: ChoiceContent, rank: int, answers: Kept) -> Kept:
    return {
        "id": new_id(),
        "application_id": application.id,
        "visit_id": content.visit_id,
        "rank": rank,
        "is_sent": True,
        "motivation": content.motivation,
        "answers": answers,
    }

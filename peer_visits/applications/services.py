"""What an applicant does: save a draft, send it, withdraw, start again."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.accounts.rules import missing_in_profile
from peer_visits.applications import messages
from peer_visits.applications.drafts import (
    attachments_in,
    file_questions,
    read_answers,
    read_draft,
    without_what_is_hidden,
    write_answers,
    write_draft,
    write_sent,
)
from peer_visits.applications.models import Application, Attachment, Choice, SentVersion
from peer_visits.applications.queries import find_application
from peer_visits.applications.rules import (
    ApplicationContent,
    ChoiceContent,
    Missing,
    choice_problem,
    is_eligible,
    may_keep,
    may_send,
    missing_to_send,
)
from peer_visits.applications.searching import index_application
from peer_visits.applications.states import APPLICATION, ApplicationCommand, ApplicationState
from peer_visits.audit.services import record
from peer_visits.calls.models import Call
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.kernel.text import Phrase, fold, phrase
from peer_visits.outbox.services import post
from peer_visits.questions.definition import Questionnaire
from peer_visits.questions.queries import read_questionnaire
from peer_visits.storage.steps import update_one
from peer_visits.visits.models import Visit

# Saving by itself writes one line into the log for a sitting, not one for every pause in typing.
A_SITTING = timedelta(minutes=10)


class Incomplete(Refused):
    """Something is missing before the application can be sent: all of it, field by field."""

    def __init__(self, problems: list[Refused]) -> None:
        super().__init__(problems[0].reason, field=problems[0].field)
        self.problems = problems


def save_draft(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    call_id: uuid.UUID,
    version: int,
    content: ApplicationContent,
    by_itself: bool = False,
) -> Application:
    """Keep what is typed, whatever is missing; of a sent application, as changes not sent yet.

    `by_itself` tells that the page saved, not the person. Raises Stale if another window saved first,
    Refused a day after the call has closed.
    """
    call = session.get_one(Call, call_id)
    application = find_application(session, actor.id, call_id)
    if not may_keep(call, application, now):
        raise Refused(
            phrase("The call is closed. What was saved before stays as it was; this was not saved.")
        )
    before = application.saved_at if application else None
    application = _next_version(session, actor, now, call, application, version)
    application.state = APPLICATION.step(application.state, ApplicationCommand.SAVE)
    application.draft, application.saved_at = write_draft(content), now
    _write_marks(application, actor)
    session.flush()
    if application.state is ApplicationState.DRAFT:
        index_application(session, application, actor, content)
    if not by_itself or before is None or now - before > A_SITTING:
        _record(session, actor, now, call, application, "application.saved")
    return application


def _next_version(
    session: Session,
    actor: Person,
    now: datetime,
    call: Call,
    application: Application | None,
    version: int,
) -> Application:
    """The application at its next version, made if there is none. Raises Stale."""
    if application is None:
        return _new(session, actor, now, call)
    if application.version != version:
        raise Stale(
            phrase("This application was saved in another window meanwhile. Both texts stand on this page.")
        )
    update_one(
        session,
        Application,
        Application.id == application.id,
        Application.version == version,
        version=version + 1,
    )
    return application


def _new(session: Session, actor: Person, now: datetime, call: Call) -> Application:
    application = Application(
        call_id=call.id,
        person_id=actor.id,
        state=ApplicationState.DRAFT,
        draft=write_draft(ApplicationContent()),
        created_at=now,
        saved_at=now,
        choices=[],
    )
    session.add(application)
    return application


def _write_marks(application: Application, person: Person) -> None:
    application.sort_name, application.sort_organisation = fold(person.name), fold(person.organisation)
    application.country, application.organisation_kind = person.country, person.organisation_kind


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
    application = _next_version(session, actor, now, call, application, version)
    changed = application.state is ApplicationState.SUBMITTED
    take_in(session, actor=actor, now=now, application=application, person=actor, content=content)
    post(session, messages.receipt(session, application, actor, call, changed=changed), now=now)
    return application


def take_in(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    application: Application,
    person: Person,
    content: ApplicationContent,
) -> None:
    """Make the content what this application says: judged before, told to nobody here."""
    call = session.get_one(Call, application.call_id)
    questionnaire = read_questionnaire(session, call.id)
    application.state = APPLICATION.step(application.state, ApplicationCommand.SUBMIT)
    _write_sent(session, application, without_what_is_hidden(content, questionnaire), questionnaire, now)
    _write_marks(application, person)
    session.flush()
    session.refresh(application, ["choices"])
    index_application(session, application, person, content)
    _record(session, actor, now, call, application, "application.submitted")


def check_may_send(
    session: Session,
    person: Person,
    call: Call,
    application: Application | None,
    content: ApplicationContent,
    questionnaire: Questionnaire,
) -> None:
    """Judge everything but the clock. Raises Incomplete with all that is missing."""
    visits = set(session.scalars(select(Visit.id).where(Visit.call_id == call.id)))
    wrong = choice_problem(content, visits=visits, most=call.max_choices)
    found = ([wrong] if wrong else []) + missing_to_send(content, questionnaire)
    problems = [
        Refused(one.reason, field=one.field)
        for one in [*found, *_foreign_files(session, application, content, questionnaire)]
    ]
    problems += [Refused(reason) for reason in _missing_about(person, call, application)]
    if problems:
        raise Incomplete(problems)


def _foreign_files(
    session: Session,
    application: Application | None,
    content: ApplicationContent,
    questionnaire: Questionnaire,
) -> list[Missing]:
    named = attachments_in(content, file_questions(questionnaire.all()))
    if not named:
        return []
    query = select(Attachment.id).where(
        Attachment.application_id == (application.id if application else None)
    )
    own = {str(identity) for identity in session.scalars(query)}
    return [] if named <= own else [Missing(phrase("A file is no longer there. Add it again."), "")]


def _missing_about(person: Person, call: Call, application: Application | None) -> list[Phrase]:
    """What is missing about the applicant rather than in the form."""
    found = []
    if not person.email_verified_at:
        found.append(phrase("Confirm your e-mail address first: the link is in your mail."))
    gaps = missing_in_profile(person)
    if gaps:
        found.append(phrase("Complete your profile first: %(gaps)s.", gaps=", ".join(map(str, gaps))))
    found += eligibility_problems(person, call, application)
    return found


def eligibility_problems(person: Person, call: Call, application: Application | None) -> list[Phrase]:
    """Why the call's rules keep this person out; nothing if the organiser has let them in."""
    if application and application.allowed_reason:
        return []
    found = []
    if person.country and not is_eligible(person.country, None, call.eligible_countries, ()):
        found.append(phrase("This call is not open to people from your country."))
    if person.organisation_kind and not is_eligible(None, person.organisation_kind, (), call.eligible_kinds):
        found.append(phrase("This call is not open to your kind of organisation."))
    return found


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


def sent_content(application: Application) -> ApplicationContent:
    """What was sent last, to be changed from there."""
    return ApplicationContent(
        choices=tuple(
            ChoiceContent(choice.visit_id, choice.motivation, read_answers(choice.answers))
            for choice in application.choices
        ),
        answers=read_answers(application.answers),
        substitute_name=application.substitute_name,
        substitute_email=application.substitute_email,
    )


def present_content(application: Application | None) -> ApplicationContent:
    """What its applicant sees in the form: the draft if there is one, else what was sent."""
    if application is None:
        return ApplicationContent()
    return read_draft(application.draft) if application.draft is not None else sent_content(application)


def discard_changes(session: Session, *, actor: Person, now: datetime, application: Application) -> None:
    """Forget changes that were not sent; what was sent stands."""
    if application.state is not ApplicationState.SUBMITTED or application.draft is None:
        raise Refused(phrase("There are no changes to discard."))
    call = session.get_one(Call, application.call_id)
    update_one(
        session,
        Application,
        Application.id == application.id,
        Application.version == application.version,
        version=application.version + 1,
        draft=None,
    )
    session.refresh(application)
    _record(session, actor, now, call, application, "application.changes_discarded")


def withdraw_application(
    session: Session, *, actor: Person, now: datetime, application: Application, reason: str = ""
) -> None:
    """Take the application back; hosts no longer see it. Places are the business of the places room."""
    call = session.get_one(Call, application.call_id)
    _step(
        session,
        actor,
        now,
        application,
        ApplicationCommand.WITHDRAW,
        withdrawn_at=now,
        withdrawal_reason=reason,
    )
    post(session, messages.withdrawn(application, actor, call), now=now)


def reopen_application(session: Session, *, actor: Person, now: datetime, application: Application) -> None:
    """Start a withdrawn application again as a draft, while it can be sent."""
    if not may_send(session.get_one(Call, application.call_id), application, now):
        raise Refused(phrase("The call is closed; a withdrawn application cannot be started again."))
    draft = application.draft or write_draft(sent_content(application))
    _step(
        session,
        actor,
        now,
        application,
        ApplicationCommand.REOPEN,
        withdrawn_at=None,
        withdrawal_reason="",
        draft=draft,
    )


def _step(
    session: Session,
    actor: Person,
    now: datetime,
    application: Application,
    command: ApplicationCommand,
    **values: object,
) -> None:
    before = application.state
    after = APPLICATION.step(before, command)
    update_one(
        session,
        Application,
        Application.id == application.id,
        Application.state == before,
        state=after,
        version=Application.version + 1,
        **values,
    )
    session.refresh(application)
    session.execute(
        update(Choice)
        .where(Choice.application_id == application.id)
        .values(is_sent=after is ApplicationState.SUBMITTED)
    )
    call = session.get_one(Call, application.call_id)
    _record(session, actor, now, call, application, f"application.{command}", before=before, after=after)


def _record(
    session: Session,
    actor: Person,
    now: datetime,
    call: Call,
    application: Application,
    action: str,
    **detail: object,
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        action=action,
        subject=application,
        programme_id=call.programme_id,
        **{"after": application.state, **detail},
    )

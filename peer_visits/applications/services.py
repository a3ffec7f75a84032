"""What an applicant does: save a draft, send, send again, withdraw, start again."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.accounts.rules import missing_in_profile
from peer_visits.applications import messages
from peer_visits.applications.models import Application, Choice
from peer_visits.applications.queries import find_application
from peer_visits.applications.rules import (
    ApplicationContent,
    ChoiceContent,
    choice_problem,
    is_eligible,
    missing_to_send,
)
from peer_visits.applications.states import APPLICATION, ApplicationCommand, ApplicationState
from peer_visits.audit.services import record
from peer_visits.calls.models import Call
from peer_visits.calls.rules import is_open
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.services import post
from peer_visits.storage.steps import update_one
from peer_visits.visits.models import Visit


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
) -> Application:
    """Keep what is typed, whatever is missing. Raises Refused once the call has closed."""
    return _keep(session, actor, now, call_id, version, content, ApplicationCommand.SAVE)


def submit_application(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    call_id: uuid.UUID,
    version: int,
    content: ApplicationContent,
) -> Application:
    """Send the application, or send it again changed, with a receipt by mail.

    The same content sent twice (a double click) is sent once. Raises Incomplete or Refused.
    """
    before = find_application(session, actor.id, call_id)
    if before and before.version != version and _is_same(before, content, ApplicationState.SUBMITTED):
        return before
    call = session.get_one(Call, call_id)
    _check_may_send(actor, call, content)
    application = _keep(session, actor, now, call_id, version, content, ApplicationCommand.SUBMIT)
    changed = bool(before and before.submitted_at and before.state is ApplicationState.SUBMITTED)
    post(session, messages.receipt(application, actor, call, changed=changed), now=now)
    return application


def _check_may_send(person: Person, call: Call, content: ApplicationContent) -> None:
    problems = [Refused(missing.reason, field=missing.field) for missing in missing_to_send(content)]
    if not person.email_verified_at:
        problems.append(Refused(phrase("Confirm your e-mail address first: the link is in your mail.")))
    gaps = missing_in_profile(person)
    if gaps:
        problems.append(Refused(phrase("Complete your profile first: %(gaps)s.", gaps=_listed(gaps))))
    if not is_eligible(person.country, call.eligible_countries):
        problems.append(Refused(phrase("This call is not open to people from your country.")))
    if problems:
        raise Incomplete(problems)


def _listed(parts: list[Phrase]) -> str:
    return ", ".join(str(part) for part in parts)


def _keep(
    session: Session,
    actor: Person,
    now: datetime,
    call_id: uuid.UUID,
    version: int,
    content: ApplicationContent,
    command: ApplicationCommand,
) -> Application:
    call = session.get_one(Call, call_id)
    if not is_open(call, now):
        raise Refused(
            phrase("The call is closed. What was saved before stays as it was; this was not saved.")
        )
    _check_choices(session, call, content)
    application = find_application(session, actor.id, call_id)
    if application is None:
        application = _new(session, actor, now, call)
    elif application.version != version:
        raise Stale(
            phrase("This application was saved in another window meanwhile. Both texts stand on this page.")
        )
    else:
        update_one(
            session,
            Application,
            Application.id == application.id,
            Application.version == version,
            version=version + 1,
        )
    application.state, before = APPLICATION.step(application.state, command), application.state
    _write(session, application, content, now)
    record(
        session,
        actor=actor,
        now=now,
        action="application.submitted" if command is ApplicationCommand.SUBMIT else "application.saved",
        subject=application,
        programme_id=call.programme_id,
        before=before,
        after=application.state,
        choices=len(content.choices),
    )
    return application


def _check_choices(session: Session, call: Call, content: ApplicationContent) -> None:
    visits = set(session.scalars(select(Visit.id).where(Visit.call_id == call.id)))
    problem = choice_problem(content, visits=visits, most=call.max_choices)
    if problem:
        raise Refused(problem.reason, field=problem.field)


def _new(session: Session, actor: Person, now: datetime, call: Call) -> Application:
    application = Application(
        call_id=call.id,
        person_id=actor.id,
        state=ApplicationState.DRAFT,
        created_at=now,
        saved_at=now,
        choices=[],
    )
    session.add(application)
    return application


def _write(session: Session, application: Application, content: ApplicationContent, now: datetime) -> None:
    application.brings, application.wants, application.saved_at = content.brings, content.wants, now
    if application.state is ApplicationState.SUBMITTED:
        application.submitted_at = now
    _write_choices(application, content.choices)
    _mark_choices(application)
    session.flush()
    session.refresh(application, ["choices"])


def _write_choices(application: Application, wanted: tuple[ChoiceContent, ...]) -> None:
    """Change the choices in place: reviews hang on them, so a choice that stays keeps its record."""
    kept = {choice.visit_id: choice for choice in application.choices}
    application.choices = [
        _ranked(kept.get(content.visit_id), content, rank) for rank, content in enumerate(wanted, start=1)
    ]


def _mark_choices(application: Application) -> None:
    """Tell the choices whether hosts may see them: only those of a sent application are."""
    for choice in application.choices:
        choice.is_sent = application.state is ApplicationState.SUBMITTED


def _ranked(choice: Choice | None, content: ChoiceContent, rank: int) -> Choice:
    choice = choice or Choice(visit_id=content.visit_id)
    choice.rank, choice.motivation = rank, content.motivation
    return choice


def _is_same(application: Application, content: ApplicationContent, state: ApplicationState) -> bool:
    stored = ApplicationContent(
        application.brings,
        application.wants,
        tuple(ChoiceContent(choice.visit_id, choice.motivation) for choice in application.choices),
    )
    return application.state is state and stored == content


def withdraw_application(session: Session, *, actor: Person, now: datetime, application: Application) -> None:
    """Take the application back; hosts no longer see it. Places are the business of the places room."""
    call = session.get_one(Call, application.call_id)
    _step(session, actor, now, application, ApplicationCommand.WITHDRAW, withdrawn_at=now)
    post(session, messages.withdrawn(application, actor, call), now=now)


def reopen_application(session: Session, *, actor: Person, now: datetime, application: Application) -> None:
    """Start a withdrawn application again as a draft, while the call is open."""
    if not is_open(session.get_one(Call, application.call_id), now):
        raise Refused(phrase("The call is closed; a withdrawn application cannot be started again."))
    _step(session, actor, now, application, ApplicationCommand.REOPEN, withdrawn_at=None)


def _step(
    session: Session,
    actor: Person,
    now: datetime,
    application: Application,
    command: ApplicationCommand,
    withdrawn_at: datetime | None,
) -> None:
    before = application.state
    after = APPLICATION.step(before, command)
    update_one(
        session,
        Application,
        Application.id == application.id,
        Application.state == before,
        state=after,
        withdrawn_at=withdrawn_at,
        version=Application.version + 1,
    )
    session.refresh(application)
    session.execute(
        update(Choice)
        .where(Choice.application_id == application.id)
        .values(is_sent=after is ApplicationState.SUBMITTED)
    )
    record(
        session,
        actor=actor,
        now=now,
        action=f"application.{command}",
        subject=application,
        programme_id=session.get_one(Call, application.call_id).programme_id,
        before=before,
        after=after,
    )

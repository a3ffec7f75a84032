"""Whether an application may be sent: everything but the clock, all that is missing at once."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.accounts.rules import missing_in_profile
from peer_visits.applications.drafts import attachments_in, file_questions
from peer_visits.applications.models import Application, Attachment
from peer_visits.applications.rules import (
    ApplicationContent,
    Missing,
    choice_problem,
    is_eligible,
    missing_to_send,
)
from peer_visits.calls.models import Call
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import Phrase, phrase
from peer_visits.questions.definition import Questionnaire
from peer_visits.visits.models import Visit


class Incomplete(Refused):
    """Something is missing before the application can be sent: all of it, field by field."""

    def __init__(self, problems: list[Refused]) -> None:
        super().__init__(problems[0].reason, field=problems[0].field)
        self.problems = problems


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

"""Somebody at the form of a call: everything the page needs, read once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.attaching import keep_attachment
from peer_visits.applications.drafts import present_content
from peer_visits.applications.forms import ApplicationForm, form_for
from peer_visits.applications.models import Application, Attachment
from peer_visits.applications.queries import find_application, find_earlier_answers, list_attachments
from peer_visits.applications.rules import ApplicationContent
from peer_visits.applications.services.judging import Incomplete, check_may_send
from peer_visits.applications.services.saving import save_draft
from peer_visits.applications.uploads import SentFile
from peer_visits.calls.access import get_published_call
from peer_visits.calls.models import Call
from peer_visits.kernel.errors import Refused
from peer_visits.questions.definition import Questionnaire, Raw
from peer_visits.questions.queries import read_questionnaire
from peer_visits.visits.models import Visit
from peer_visits.visits.queries import list_visits_of_call
from peer_visits.web.moment import request_time


@dataclass(frozen=True)
class Applying:
    """A call, what it asks, and what this person has written so far."""

    call: Call
    visits: Sequence[Visit]
    questionnaire: Questionnaire
    application: Application | None
    attachments: Mapping[str, Attachment]
    earlier: Mapping[uuid.UUID, Raw]
    language: str

    @property
    def content(self) -> ApplicationContent:
        """What stands in the form: the draft, or what was sent."""
        return present_content(self.application)

    def form(self) -> ApplicationForm:
        """The form, filled with what is saved or what the request brings."""
        version = self.application.version if self.application else 0
        return form_for(
            self.call,
            self.visits,
            self.questionnaire,
            self.content,
            version=version,
            language=self.language,
        )


def read_applying(session: Session, person: Person, slug: str) -> Applying:
    """All of it in a fixed number of statements. Raises NotFound for a call that is not published."""
    call = get_published_call(session, slug)
    application = find_application(session, person.id, call.id)
    questionnaire = read_questionnaire(session, call.id)
    files = list_attachments(session, application.id) if application else ()
    return Applying(
        call,
        list_visits_of_call(session, call.id),
        questionnaire,
        application,
        {str(one.id): one for one in files},
        find_earlier_answers(session, person.id, call.id, questionnaire),
        language_of(call, person, request.args.get("language", "")),
    )


def language_of(call: Call, person: Person, wanted: str = "") -> str:
    """The language of the form: the one asked for, the person's, or the call's first."""
    offered = call.languages or ["en"]
    return next((one for one in (wanted, person.language) if one in offered), offered[0])


def save_as_typed(
    session: Session,
    person: Person,
    slug: str,
    form: ApplicationForm,
    *,
    files: Sequence[SentFile] = (),
    by_itself: bool = False,
) -> Application:
    """Save the form as a draft, with the files that came with it."""
    call = get_published_call(session, slug)
    application = save_draft(
        session,
        actor=person,
        now=request_time(),
        call_id=call.id,
        version=form.expected_version,
        content=form.content(),
        by_itself=by_itself,
    )
    for file in files:
        keep_attachment(session, application, file.accepted, now=request_time(), identity=file.id)
    return application


def what_is_missing(
    session: Session, person: Person, applying: Applying, *, only_form: bool = False
) -> list[Refused]:
    """All that keeps what is saved from being sent; `only_form` leaves out what concerns the person."""
    try:
        check_may_send(
            session, person, applying.call, applying.application, applying.content, applying.questionnaire
        )
    except Incomplete as incomplete:
        return [one for one in incomplete.problems if one.field or not only_form]
    return []

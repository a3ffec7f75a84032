"""Small, plain records for tests. Each `make_` adds to the session, flushes, and gives the record back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from peer_visits.accounts.models import OrganisationKind, Person
from peer_visits.applications.drafts import write_answers, write_draft, write_sent
from peer_visits.applications.models import Application, Choice, SentVersion
from peer_visits.applications.rules import ApplicationContent, ChoiceContent
from peer_visits.applications.searching import index_application
from peer_visits.applications.states import ApplicationState
from peer_visits.calls.models import Call, Criterion, Programme, ProgrammeOrganiser
from peer_visits.calls.states import CallState
from peer_visits.kernel.text import fold
from peer_visits.kernel.zones import to_wall
from peer_visits.questions.definition import Definition
from peer_visits.questions.kinds import Kind
from peer_visits.questions.models import Question
from peer_visits.questions.queries import list_questions, list_sections, read_questionnaire
from peer_visits.questions.starting import add_starting_questions
from peer_visits.shortlist.models import ShortlistEntry
from peer_visits.shortlist.states import Proposal
from peer_visits.storage.base import Base
from peer_visits.visits.models import HostMember, Visit
from peer_visits.visits.states import HostRole

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
_numbers = count(1)


R = TypeVar("R", bound=Base)


def _add(session: Session, record: R) -> R:
    session.add(record)
    session.flush()
    return record


def make_person(session: Session, name: str = "Ada Example", **values: Any) -> Person:
    """A verified account without a password."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "email": f"person{number}@example.org",
        "email_verified_at": NOW - timedelta(days=30),
        "organisation": f"City of Example {number}",
        "organisation_kind": OrganisationKind.LOCAL,
        "country": "FI",
        "created_at": NOW - timedelta(days=30),
        "is_synthetic": True,
    }
    return _add(session, Person(name=name, **{**defaults, **values}))


def make_programme(session: Session, **values: Any) -> Programme:
    """A programme."""
    number = next(_numbers)
    return _add(
        session, Programme(**{"slug": f"programme-{number}", "name": f"Programme {number}", **values})
    )


def make_organiser(session: Session, programme: Programme, name: str = "Olga Organiser") -> Person:
    """A person who organises the programme."""
    person = make_person(session, name)
    _add(session, ProgrammeOrganiser(programme_id=programme.id, person_id=person.id))
    return person


def make_call(session: Session, programme: Programme | None = None, **values: Any) -> Call:
    """A published call, open from a week before NOW to two weeks after, with two criteria.

    What it decides is known at once, and its deadlines are the ends of days.
    """
    number = next(_numbers)
    programme = programme or make_programme(session)
    opens_at = values.pop("opens_at", NOW - timedelta(days=7))
    closes_at = values.pop("closes_at", NOW + timedelta(days=14))
    zone = values.setdefault("zone", "Europe/Brussels")
    defaults: dict[str, Any] = {
        "slug": f"call-{number}",
        "title": f"Call {number}",
        "state": CallState.PUBLISHED,
        "opens_wall": to_wall(opens_at, zone).isoformat(timespec="seconds"),
        "closes_wall": to_wall(closes_at, zone).isoformat(timespec="seconds"),
        "answers_by": date(2026, 6, 1),
        "grace_minutes": 0,
        "moves_deadlines": False,
    }
    call = _add(
        session,
        Call(programme_id=programme.id, opens_at=opens_at, closes_at=closes_at, **{**defaults, **values}),
    )
    for position, title in enumerate(("Expertise", "Learning needs"), start=1):
        _add(session, Criterion(call_id=call.id, position=position, titles={"en": title}))
    add_starting_questions(session, call.id)
    return call


def make_question(session: Session, call: Call, kind: Kind = Kind.SHORT, **values: Any) -> Question:
    """One more question at the end of the call's first section."""
    number = next(_numbers)
    section = list_sections(session, call.id)[0]
    definition = Definition(kind, **{"labels": {"en": f"Question {number}"}, "purpose": "To test.", **values})
    return _add(
        session,
        Question(
            call_id=call.id, section_id=section.id, position=100 + number, definition=definition.to_json()
        ),
    )


def make_visit(session: Session, call: Call, **values: Any) -> Visit:
    """A visit of the call with three places."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "slug": f"visit-{number}",
        "position": number,
        "host_name": f"City of Host {number}",
        "place": f"Host {number}",
        "country": "NL",
        "called_title": f"What city {number} did",
        "zone": "Europe/Amsterdam",
        "capacity": 3,
        "announced_starts_on": date(2026, 9, 14),
        "announced_ends_on": date(2026, 9, 16),
    }
    return _add(session, Visit(call_id=call.id, **{**defaults, **values}))


def make_host(
    session: Session, visit: Visit, name: str = "Hanna Host", role: HostRole = HostRole.LEAD
) -> Person:
    """A member of the visit's host team."""
    person = make_person(session, name)
    _add(session, HostMember(visit_id=visit.id, person_id=person.id, role=role))
    return person


def make_application(
    session: Session,
    call: Call,
    visits: list[Visit],
    person: Person | None = None,
    *,
    submitted: bool = True,
    brings: str = "What I bring.",
    wants: str = "What I want to learn.",
    **values: Any,
) -> Application:
    """An application with the visits as choices in this order, sent or a draft."""
    person = person or make_person(session, f"Applicant {next(_numbers)}")
    state = ApplicationState.SUBMITTED if submitted else ApplicationState.DRAFT
    questions = [question.id for question in list_questions(session, call.id)]
    typed = dict(zip(questions, (brings, wants), strict=False))
    content = ApplicationContent(
        tuple(ChoiceContent(visit.id, f"Why choice {rank}.") for rank, visit in enumerate(visits, start=1)),
        typed,
    )
    questionnaire = read_questionnaire(session, call.id)
    defaults: dict[str, Any] = {
        "state": state,
        "answers": write_answers(typed, questionnaire) if submitted else {},
        "draft": None if submitted else write_draft(content),
        "sent_number": int(submitted),
        "sort_name": fold(person.name),
        "sort_organisation": fold(person.organisation),
        "country": person.country,
        "organisation_kind": person.organisation_kind,
        "created_at": NOW,
        "saved_at": NOW,
        "submitted_at": NOW if submitted else None,
    }
    application = _add(session, Application(call_id=call.id, person_id=person.id, **{**defaults, **values}))
    if submitted:
        sent = SentVersion(
            application_id=application.id,
            number=1,
            sent_at=NOW,
            content=write_sent(content, questionnaire),
        )
        _add(session, sent)
        for rank, visit in enumerate(visits, start=1):
            make_choice(session, application, visit, rank)
    index_application(session, application, person, content)
    return application


def make_choice(session: Session, application: Application, visit: Visit, rank: int) -> Choice:
    """One ranked choice."""
    return _add(
        session,
        Choice(
            application_id=application.id,
            visit_id=visit.id,
            rank=rank,
            motivation=f"Why choice {rank}.",
            is_sent=application.state is ApplicationState.SUBMITTED,
        ),
    )


def shortlist_choice(
    session: Session, choice: Choice, proposal: Proposal = Proposal.SHORTLISTED, position: int | None = 1
) -> ShortlistEntry:
    """The host's decision on a choice."""
    return _add(
        session,
        ShortlistEntry(choice_id=choice.id, visit_id=choice.visit_id, proposal=proposal, position=position),
    )

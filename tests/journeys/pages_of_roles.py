"""The pages of each role in the demo, by address."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from sqlalchemy import select

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice
from peer_visits.calls.models import Call, Programme
from peer_visits.demo.earlier import SLUG as EARLIER
from peer_visits.imports.models import ImportFile
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.states import DocumentState
from peer_visits.mailing.groups.models import GroupMail
from peer_visits.mailing.groups.states import GroupState
from peer_visits.outbox.models import Message
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceKind
from peer_visits.questions.models import Question, Section
from peer_visits.storage.transaction import reading
from peer_visits.visits.models import Visit
from tests.journeys.found_records import (
    certificate,
    current_call,
    ended_visit,
    one,
    sample_section,
    sample_visit,
    session_now,
)

EARLIER_VISIT = "tampere-earlier-sample"


def own_place() -> object:
    return one(select(Place.id).where(Place.kind == PlaceKind.HOST_GUEST))


def group_pages(programme: object) -> list[str]:
    draft = one(select(GroupMail.id).where(GroupMail.state == GroupState.DRAFT))
    sent = one(select(GroupMail.id).where(GroupMail.state == GroupState.SENT))
    held = one(select(Message.id).where(Message.group_id == sent))
    person = one(select(Message.person_id).where(Message.group_id == sent))
    return [
        f"/organise/programmes/{programme}/mail/groups",
        f"/organise/programmes/{programme}/mail/groups/new",
        f"/organise/mail/groups/{draft}",
        f"/organise/mail/groups/{draft}/edit",
        f"/organise/mail/groups/{sent}",
        f"/organise/mail/{held}",
        f"/organise/mail/{held}/edit",
        f"/organise/programmes/{programme}/mail/people/{person}",
    ]


def earlier_place() -> object:
    """The place of the first applicant in a visit of last year, with what they took home."""
    taken = select(Place.id).join(Place.visit).join(Place.person)
    return one(taken.where(Visit.slug == EARLIER_VISIT, Person.email == "applicant1@example.org"))


def visitor_pages() -> list[str]:
    return [
        "/",
        "/calls",
        f"/calls/{current_call()}",
        "/calls/2021-batch-1",
        "/visits",
        "/visits/kortrijk-2021",
        "/visits/central-scotland-2021",
        f"/visits/{EARLIER_VISIT}",
        "/commitments/no-such-link",
        f"/visits/{sample_visit()}",
        f"/visits/{sample_visit()}/agenda",
        f"/visits/{sample_visit()}/agenda/1",
        f"/visits/{sample_visit()}/agenda/widget",
        f"/visits/{sample_visit(2)}/agenda/widget",
        "/library",
        "/library?q=nothing-like-this",
        "/library?q=visit&kind=city",
        "/library/tampere-2021/pages",
        "/library/tampere-2021",
        "/library/budapest-2021",
        "/certificates",
        f"/certificates/{certificate().code}",
        "/certificates/no-such-code",
        "/survey/no-such-survey",
        "/accessibility",
        "/privacy",
        "/privacy/fields",
        "/account/erased",
        "/register",
        "/sign-in",
        "/sign-in/link",
        "/sign-in/link/no-such-link",
        "/forgotten-password",
        "/reset/no-such-link",
        "/verify/no-such-link",
        "/no-such-page",
        "/dev/mailbox",
        f"/dev/mailbox/{one(select(Message.id))}",
        "/dev/style",
    ]


def applicant_pages() -> list[str]:
    return [
        "/applications",
        f"/calls/{current_call()}/apply",
        f"/calls/{current_call()}/apply?check=1",
        f"/calls/{current_call()}/apply/check",
        f"/places/{own_place()}",
        f"/places/{own_place()}/now",
        f"/places/{earlier_place()}/commitments",
        f"/places/{earlier_place()}/commitments/1?answer=dropped",
        "/account",
        "/account/data",
        "/account/data/erase",
        f"/places/{own_place()}/people",
        f"/places/{earlier_place()}/people",
        "/account/calendar",
        "/account/password",
        "/account/email",
        f"/places/{own_place()}/check-in",
        "/roles",
    ]


def host_pages() -> list[str]:
    visit = sample_visit()
    choice = one(
        select(Choice.id).join(Choice.visit).where(Choice.is_sent).where(Choice.visit.has(slug=visit))
    )
    others = reading().scalars(
        select(Choice.id)
        .join(Choice.visit)
        .where(Choice.is_sent)
        .where(Choice.visit.has(slug=visit))
        .limit(3)
    )
    beside = "&".join(f"choice={other}" for other in others)
    session = session_now()
    return [
        "/host",
        f"/host/{visit}/compare?{beside}",
        f"/host/{visit}",
        f"/host/{visit}?pile=not_proposed",
        f"/host/{visit}/suggestion",
        f"/host/{visit}/choices/{choice}",
        f"/host/{visit}/choices/{choice}/conflict",
        f"/host/{visit}/team",
        f"/host/{visit}/names",
        f"/host/{visit}/hand-over",
        f"/agenda/{visit}",
        f"/agenda/{visit}/sessions/new",
        f"/agenda/{visit}/sessions/{session}",
        f"/agenda/{visit}/begin",
        f"/agenda/{visit}/suggest",
        f"/agenda/{visit}/breakouts",
        f"/agenda/{visit}/speakers",
        f"/agenda/{visit}/speakers/new",
        f"/agenda/{visit}/rooms",
        f"/agenda/{visit}/hours",
        f"/agenda/{visit}/audience",
        f"/agenda/{visit}/publish",
        f"/agenda/{visit}/attendance",
        f"/agenda/{visit}/sessions/{session_now()}/attendance",
        f"/agenda/{visit}/running-sheet",
        f"/agenda/{ended_visit(3)}/attendance",
        f"/visits/{visit}/certificates",
        f"/visits/{ended_visit(3)}/certificates",
        f"/visits/{visit}/survey",
        f"/visits/{ended_visit(3)}/survey",
    ]


def author_pages() -> list[str]:
    owed = one(select(AnalyticalDocument.id).where(AnalyticalDocument.state == DocumentState.OWED))
    return ["/documents", f"/documents/{owed}", *writing_pages(*sample_section())]


def writing_pages(document_id: uuid.UUID, part_id: uuid.UUID) -> list[str]:
    return [
        f"/documents/{document_id}",
        f"/documents/{document_id}/text",
        f"/documents/{document_id}/text/sections",
        f"/documents/{document_id}/sections/{part_id}",
        f"/documents/{document_id}/sections/{part_id}/versions",
    ]


def report_pages() -> list[str]:
    """Where the organiser sees to the reports of a call whose visits are over."""
    late = reading().scalars(select(AnalyticalDocument).where(AnalyticalDocument.is_written)).first()
    assert late is not None
    visit = reading().get_one(Visit, late.visit_id)
    return [f"/organise/calls/{visit.call.slug}/reports", f"/organise/visits/{visit.slug}/report"]


def organiser_pages() -> list[str]:
    call, programme = current_call(), one(select(Programme.slug))
    sent = select(Application.id).join(Call, Call.id == Application.call_id).where(Call.slug == call)
    application = one(sent.where(Application.submitted_at.is_not(None)))
    question = one(select(Question.id).join(Call, Call.id == Question.call_id).where(Call.slug == call))
    section = one(select(Section.id).join(Call, Call.id == Section.call_id).where(Call.slug == call))
    started = one(select(ImportFile.id))
    pages = ("settings", "visits", "criteria", "preview", "publish", "extend", "clone", "import", "questions")
    return [
        "/organise",
        "/organise/library/import",
        f"/organise/programmes/{programme}/calls/new",
        *(f"/organise/calls/{call}/{page}" for page in pages),
        f"/organise/visits/{sample_visit()}",
        f"/organise/calls/{call}/questions/new",
        f"/organise/calls/{call}/questions/preview",
        f"/organise/calls/{call}/questions/sections/new",
        f"/organise/questions/{question}",
        f"/organise/questions/sections/{section}",
        f"/organise/imports/{started}",
        f"/organise/imports/{started}/report",
        f"/organise/calls/{call}/applications/duplicates",
        f"/organise/applications/{application}/versions/1",
        f"/organise/applications/{application}/let-in",
        f"/organise/applications/{application}/complete",
        f"/organise/applications/{application}/passages",
        f"/organise/calls/{call}/conflicts",
        f"/host/{sample_visit()}/team",
        f"/organise/calls/{call}",
        f"/organise/calls/{call}/close",
        f"/organise/calls/{call}/applications",
        f"/organise/calls/{call}/applications?q=nobody-like-this",
        f"/organise/applications/{application}",
        f"/organise/calls/{call}/decide",
        f"/organise/calls/{call}/places",
        f"/organise/calls/{EARLIER}/commitments",
        f"/organise/calls/{EARLIER}/commitments?state=dropped",
        f"/organise/programmes/{programme}/commitments",
        f"/organise/calls/{call}/retention",
        f"/organise/calls/{EARLIER}/retention",
        f"/organise/programmes/{programme}/processing",
        f"/organise/programmes/{programme}/log",
        f"/organise/programmes/{programme}/mail",
        f"/organise/programmes/{programme}/mail/texts?call={call}",
        f"/organise/programmes/{programme}/mail/texts/offer.made/fi?call={call}",
        f"/organise/calls/{call}/reminders",
        f"/organise/mail/{one(select(Message.id))}",
        f"/visits/{ended_visit(1)}/certificates",
        f"/visits/{ended_visit(1)}/certificates/{certificate().id}/withdraw",
        f"/visits/{ended_visit(1)}/survey",
        f"/organise/calls/{EARLIER}/attendance",
        f"/organise/programmes/{programme}/survey",
        *group_pages(programme),
        "/roles",
        "/documents",
        *report_pages(),
    ]


PAGES: dict[str, Callable[[], list[str]]] = {
    "": visitor_pages,
    "applicant1@example.org": applicant_pages,
    "host1@example.org": host_pages,
    "author@example.org": author_pages,
    "organiser@example.org": organiser_pages,
    "administrator@example.org": lambda: ["/roles"],
}

"""A small world with one of each relation, for tests that ask every route as every kind of person."""

from __future__ import annotations

import tempfile
import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.feeds.models import CalendarFeed
from peer_visits.agenda.models import AgendaRelease, AgendaSession, AgendaSpeaker
from peer_visits.agenda.releases import release_content
from peer_visits.agenda.services.plan import lock_plan
from peer_visits.agenda.states import SessionKind
from peer_visits.allocation.models import AllocationRun
from peer_visits.allocation.states import RunState
from peer_visits.applications.models import Application, Attachment, Choice, SavedView
from peer_visits.calls.models import Call
from peer_visits.files.models import FilePage, StoredFile
from peer_visits.files.services import AcceptedFile, keep_file
from peer_visits.files.serving import current_store
from peer_visits.followup.certificates.codes import new_code
from peer_visits.followup.certificates.models import Certificate
from peer_visits.followup.survey.services import open_survey
from peer_visits.imports.models import ImportFile
from peer_visits.kernel.ids import digest
from peer_visits.library.models import AnalyticalDocument, DocumentAuthor
from peer_visits.library.states import DocumentState
from peer_visits.library.writing.models import DocumentComment
from peer_visits.mailing.groups.models import GroupMail
from peer_visits.mailing.groups.states import Audience
from peer_visits.outbox.models import Enclosure
from peer_visits.outbox.services import Mail, post
from peer_visits.permissions.relations import Role
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceKind, PlaceState
from peer_visits.questions.kinds import Kind
from peer_visits.questions.models import Question
from peer_visits.shortlist.models import HostInvitation, Redaction, Shortlist
from peer_visits.visits.models import Visit
from peer_visits.visits.states import HostRole
from tests.support.factories import (
    NOW,
    make_application,
    make_call,
    make_host,
    make_organiser,
    make_person,
    make_programme,
    make_question,
    make_visit,
)
from tests.support.library_factories import make_section
from tests.support.pdfs import make_pdf

# Whom the world holds: the roles they have anywhere, and how they stand to the world's own records.
RELATIONS: dict[str, tuple[frozenset[Role], str]] = {
    "visitor": (frozenset({Role.VISITOR}), ""),
    "applicant": (frozenset({Role.APPLICANT}), "owner"),
    "other applicant": (frozenset({Role.APPLICANT}), ""),
    "host": (frozenset({Role.APPLICANT, Role.HOST}), "host"),
    "host of another visit": (frozenset({Role.APPLICANT, Role.HOST}), ""),
    "author": (frozenset({Role.APPLICANT, Role.AUTHOR}), "author"),
    "author of another document": (frozenset({Role.APPLICANT, Role.AUTHOR}), ""),
    "organiser": (frozenset({Role.APPLICANT, Role.ORGANISER}), "organiser"),
    "organiser of another programme": (frozenset({Role.APPLICANT, Role.ORGANISER}), ""),
    "administrator": (frozenset({Role.APPLICANT, Role.ADMINISTRATOR}), ""),
}


@dataclass(frozen=True)
class World:
    """Ids and addresses only: a record belongs to the transaction that made it."""

    people: dict[str, uuid.UUID]
    records: dict[str, Any]


def make_world(session: Session) -> World:
    """Two programmes with a call each; every record asked for belongs to the first."""
    programme, elsewhere = make_programme(session), make_programme(session)
    call, other_call = make_call(session, programme), make_call(session, elsewhere)
    visit, sibling, foreign = (
        make_visit(session, call),
        make_visit(session, call),
        make_visit(session, other_call),
    )
    people = {
        "applicant": make_person(session, "Ada Applicant"),
        "other applicant": make_person(session, "Oda Other"),
        "host": make_host(session, visit),
        "host of another visit": make_host(session, sibling, "Henk Elsewhere"),
        "author": _author(session, visit, "Anton Author"),
        "author of another document": _author(session, foreign, "Anna Elsewhere"),
        "organiser": make_organiser(session, programme),
        "organiser of another programme": make_organiser(session, elsewhere, "Olaf Elsewhere"),
        "administrator": make_person(session, "Adam Administrator", is_administrator=True),
    }
    question = make_question(session, call, Kind.FILE, required=False)
    application = make_application(session, call, [visit, sibling], people["applicant"])
    make_application(session, other_call, [foreign], people["other applicant"])
    session.add_all([Shortlist(visit_id=one.id) for one in (visit, sibling, foreign)])
    _run(session, call, people["organiser"], application)
    records = {
        "redaction_id": _redaction(session, application, people["organiser"]),
        "person_id": people["host"].id,
        "invitation_id": _invitation(session, visit, people["host"]),
        "call": call.slug,
        "visit": visit.slug,
        "programme": programme.slug,
        "application_id": application.id,
        "attachment_id": make_attachment(session, application, question),
        "question_id": question.id,
        "import_id": _import(session, call, people["organiser"]),
        "view_id": _view(session, call, people["organiser"]),
        "section_id": question.section_id,
        "choice_id": _choice_id(session, application, visit),
        "visit_slug": visit.slug,
        "applicant_id": people["applicant"].id,
        "place_id": _place(session, sibling, people["applicant"]).id,
        "message_id": _message(session, application, people["applicant"], programme.id),
        "addressee_id": people["applicant"].id,
        **_group_mail(session, programme.id, people["organiser"]),
        **_agenda(session, visit, people["organiser"]),
        "feed_secret": _feed(session, people["applicant"]),
        **_certificate(session, visit, people["other applicant"]),
        **_documents(session, visit, sibling),
    }
    return World({name: person.id for name, person in people.items()}, records)


def _redaction(session: Session, application: Application, organiser: Person) -> uuid.UUID:
    redaction = Redaction(
        application_id=application.id, passage="Why", created_at=NOW, created_by=organiser.id
    )
    session.add(redaction)
    session.flush()
    return redaction.id


def _group_mail(session: Session, programme_id: uuid.UUID, organiser: Person) -> dict[str, uuid.UUID]:
    group = GroupMail(
        programme_id=programme_id,
        audience=Audience.HOSTS,
        statuses=["lead"],
        subject="News",
        body="Some news.",
        created_by=organiser.id,
        created_at=NOW,
        saved_at=NOW,
    )
    session.add(group)
    session.flush()
    file = _file(session)
    session.add(Enclosure(group_id=group.id, file_id=file.id, position=1))
    session.flush()
    return {"group_id": group.id, "file_id": file.id}


def _invitation(session: Session, visit: Visit, host: Person) -> uuid.UUID:
    invitation = HostInvitation(
        visit_id=visit.id,
        email="somebody.invited@example.org",
        role=HostRole.REVIEWER,
        digest="0" * 64,
        invited_by=host.id,
        created_at=NOW,
        expires_at=NOW + timedelta(days=14),
    )
    session.add(invitation)
    session.flush()
    return invitation.id


def _import(session: Session, call: Call, person: Person) -> uuid.UUID:
    started = ImportFile(
        call_id=call.id,
        person_id=person.id,
        file_name="table.csv",
        headers=["Name"],
        rows={"rows": [["Ada"]]},
        created_at=NOW,
    )
    session.add(started)
    session.flush()
    return started.id


def _run(session: Session, call: Call, organiser: Person, application: Application) -> None:
    """The call's run number 1: over, with one wish of one person and no place."""
    wishes = session.execute(
        select(Choice.id, Choice.visit_id, Choice.rank).where(Choice.application_id == application.id)
    ).all()
    person = str(application.person_id)
    run = AllocationRun(
        call_id=call.id,
        number=1,
        state=RunState.DONE,
        method="levels-1",
        settings={},
        input={
            "applications": [
                {
                    "applicant": person,
                    "visit": str(one.visit_id),
                    "rank": one.rank,
                    "score": 0,
                    "eligible": False,
                }
                for one in wishes
            ]
        },
        sources={"choices": [[person, str(one.visit_id), str(one.id)] for one in wishes], "held": []},
        answer={"status": "unknown"},
        created_at=NOW,
        created_by=organiser.id,
        finished_at=NOW,
    )
    session.add(run)
    session.flush()


def _view(session: Session, call: Call, person: Person) -> uuid.UUID:
    view = SavedView(person_id=person.id, call_id=call.id, name="Finns", query="country=FI")
    session.add(view)
    session.flush()
    return view.id


def make_attachment(session: Session, application: Application, question: Question) -> uuid.UUID:
    """A file given as the answer to a question."""
    attachment = Attachment(application_id=application.id, file_id=_file(session).id, created_at=NOW)
    session.add(attachment)
    session.flush()
    answer = {"value": str(attachment.id), "wording": question.number}
    application.answers = {**application.answers, str(question.id): answer}
    session.flush()
    return attachment.id


def _author(session: Session, visit: Visit, name: str) -> Person:
    person = make_person(session, name)
    session.add(DocumentAuthor(visit_id=visit.id, person_id=person.id))
    return person


def _choice_id(session: Session, application: Application, visit: Visit) -> uuid.UUID:
    return session.scalars(
        select(Choice.id).where(Choice.application_id == application.id, Choice.visit_id == visit.id)
    ).one()


def _place(session: Session, visit: Visit, person: Person) -> Place:
    place = Place(
        visit_id=visit.id,
        person_id=person.id,
        state=PlaceState.OFFERED,
        seat=1,
        offered_at=NOW,
        answer_by=NOW + timedelta(days=7),
    )
    session.add(place)
    session.flush()
    return place


def _message(
    session: Session, application: Application, person: Person, programme_id: uuid.UUID
) -> uuid.UUID:
    mail = Mail(
        kind="test.message",
        to=person,
        about=application,
        programme_id=programme_id,
        data={"number": 1, "count": 1},
    )
    message = post(session, mail, now=NOW)
    session.flush()
    return message.id


def _agenda(session: Session, visit: Visit, organiser: Person) -> dict[str, uuid.UUID]:
    """A session with a file and a speaker who agrees to be introduced, published."""
    file = _file(session)
    speaker = AgendaSpeaker(
        visit_id=visit.id,
        name="Sven Speaker",
        name_key="sven speaker",
        email="sven@example.org",
        zone=visit.zone,
        picture_id=file.id,
        consented_at=NOW,
    )
    item = AgendaSession(
        visit_id=visit.id,
        kind=SessionKind.WELCOME,
        title="Welcome",
        minutes=60,
        starts_wall="2026-09-14T10:00:00",
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=1),
        material=file,
        speakers=[speaker],
    )
    session.add(item)
    session.flush()
    release = AgendaRelease(
        visit_id=visit.id,
        number=1,
        published_at=NOW,
        published_by=organiser.id,
        content=release_content([item]),
    )
    session.add(release)
    lock_plan(session, visit).is_public = True
    session.flush()
    return {"session_id": item.id, "speaker_id": speaker.id}


def _certificate(session: Session, visit: Visit, person: Person) -> dict[str, Any]:
    """A certificate of somebody who took part in the visit, and the visit's survey."""
    place = Place(
        visit_id=visit.id,
        person_id=person.id,
        kind=PlaceKind.HOST_GUEST,
        state=PlaceState.ACCEPTED,
        offered_at=NOW,
        settled_at=NOW,
    )
    session.add(place)
    session.flush()
    certificate = Certificate(
        place_id=place.id,
        code=new_code(),
        name=person.name,
        title=visit.title,
        host=visit.host_name,
        town=visit.place,
        country=visit.country,
        programme=visit.call.programme.name,
        starts_on=NOW.date(),
        ends_on=NOW.date(),
        minutes=60,
        held_minutes=60,
        issued_at=NOW,
    )
    session.add(certificate)
    session.flush()
    open_survey(session, actor=None, now=NOW, visit=visit)
    return {"certificate_id": certificate.id, "code": certificate.code}


def _feed(session: Session, person: Person) -> str:
    secret = "the-secret-of-a-calendar"
    session.add(CalendarFeed(person_id=person.id, digest=digest(secret), made_at=NOW))
    session.flush()
    return secret


def _documents(session: Session, visit: Visit, sibling: Visit) -> dict[str, Any]:
    file = _file(session)
    draft = AnalyticalDocument(
        visit_id=visit.id, slug="draft", state=DocumentState.DRAFT, title="Draft", is_written=True
    )
    published = AnalyticalDocument(
        visit_id=sibling.id,
        slug="report",
        state=DocumentState.PUBLISHED,
        title="Report",
        published_at=NOW,
        is_written=True,
    )
    draft.file_id = published.file_id = file.id
    session.add_all([draft, published])
    session.flush()
    part, comment = (
        make_section(session, draft),
        DocumentComment(document_id=draft.id, text="Why?", said_at=NOW),
    )
    session.add(comment)
    session.flush()
    return {
        "document_id": draft.id,
        "library": published.slug,
        "part_id": part.id,
        "comment_id": comment.id,
    }


def store_bytes(content: bytes) -> str:
    """Put bytes into the store; gives their key."""
    with tempfile.NamedTemporaryFile() as spool:
        spool.write(content)
        spool.flush()
        return current_store().put(Path(spool.name))


def _file(session: Session) -> StoredFile:
    content = make_pdf()
    key = store_bytes(content)
    accepted = AcceptedFile(
        key=key, name="report.pdf", size=len(content), sha256="0" * 64, pages=1, preview_key=key
    )
    stored = keep_file(session, accepted, now=NOW, created_by=None)
    session.add(FilePage(file_id=stored.id, number=1, picture_key=key, text="A page."))
    session.flush()
    return stored

"""Somebody who has done everything one can do here, through the services of all rooms, with words of her own."""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts import services as accounts
from peer_visits.accounts.consents import note_consent
from peer_visits.accounts.models import OrganisationKind, Person
from peer_visits.accounts.services import find_person
from peer_visits.accounts.sessions import start_session
from peer_visits.agenda.feeds.services import renew_feed
from peer_visits.agenda.models import AgendaSpeaker
from peer_visits.agenda.moves import Move
from peer_visits.agenda.queries.moves import stand_of
from peer_visits.agenda.queries.sessions import list_sessions
from peer_visits.agenda.releases import content_mark, release_content
from peer_visits.agenda.services.attendance import note_attendance
from peer_visits.agenda.services.placing import move_sessions
from peer_visits.agenda.services.publishing import publish_agenda
from peer_visits.agenda.services.searching import ask_search
from peer_visits.agenda.services.sessions import SessionContent, add_session
from peer_visits.agenda.services.speakers import (
    SpeakerAnswer,
    SpeakerContent,
    answer_invitation,
    invite_speaker,
    save_speaker,
)
from peer_visits.agenda.states import SearchKind, SessionKind
from peer_visits.allocation.suggesting.queries import as_answer, read_question
from peer_visits.allocation.suggesting.rules import Found
from peer_visits.allocation.suggesting.services import SUGGESTED_GROUPS, ask_group
from peer_visits.applications.attaching import attach_file
from peer_visits.applications.exceptions import ask_to_complete, let_in
from peer_visits.applications.models import Application, Choice
from peer_visits.applications.rules import ApplicationContent, ChoiceContent
from peer_visits.applications.services.saving import save_draft
from peer_visits.applications.services.sending import submit_application
from peer_visits.calls.models import Call, Criterion, Programme
from peer_visits.files.kinds import FileKind
from peer_visits.files.services import accept_file, accept_pdf, keep_file
from peer_visits.files.serving import current_store
from peer_visits.followup.certificates.services import issue_certificates
from peer_visits.followup.commitments.services import Answer, Words, answer_commitment, write_commitments
from peer_visits.followup.commitments.states import CommitmentState, DropReason, Showing
from peer_visits.followup.survey.models import Survey
from peer_visits.followup.survey.queries import find_ticket_of_person
from peer_visits.followup.survey.rules import Question, Remark
from peer_visits.followup.survey.services import answer_survey, open_survey
from peer_visits.imports.reading import Sheet
from peer_visits.imports.services import begin_import
from peer_visits.kernel.zones import to_wall
from peer_visits.library.models import AnalyticalDocument, DocumentAuthor
from peer_visits.library.states import DocumentState
from peer_visits.library.writing.comments import answer_comment, make_comment
from peer_visits.mailing.groups.queries import read_reach
from peer_visits.mailing.groups.services import GroupContent, begin_group_mail, send_group_mail
from peer_visits.mailing.groups.states import Audience
from peer_visits.organiser.services import save_view
from peer_visits.outbox.gates import flag_address
from peer_visits.outbox.kinds import Topic
from peer_visits.outbox.models import Message
from peer_visits.outbox.unsubscribing import leave
from peer_visits.places.models import Place
from peer_visits.places.services.answering import Parting, accept_offer, give_up_place
from peer_visits.places.services.marking import Guest, mark_place
from peer_visits.places.states import PlaceKind, PlaceState
from peer_visits.questions.kinds import Kind
from peer_visits.questions.queries import list_questions
from peer_visits.shortlist.queries.moves import read_order
from peer_visits.shortlist.services.conflicts import answer_conflict
from peer_visits.shortlist.services.reading import save_review
from peer_visits.shortlist.services.redacting import redact
from peer_visits.shortlist.services.team import accept_invitation, invite
from peer_visits.shortlist.states import Proposal
from peer_visits.visits.models import Visit
from peer_visits.visits.states import HostRole
from tests.support.allocation_factories import work_out
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
from tests.support.library_factories import make_file, make_section
from tests.support.pdfs import CATALOGUE, write_pdf
from tests.support.shortlist_factories import put_choices

NAME = "Zdeňka O'Quirrel"
EMAIL = "zdenka.quirrel@uniqueton.example"
ORGANISATION = "Uniqueton Heritage Bureau"
# Every word that tells of her, folded: her name, her address, and what she wrote and others wrote about her.
# None can come about by chance in the code of a certificate, which knows no U.
TRACES = ("zdenka", "quirrel", "uniqueton", "zuqx")


@dataclass
class Story:
    """Her, those around her, and the calls she was in; by ids, since each step is a transaction of its own."""

    person: uuid.UUID
    organiser: uuid.UUID
    host: uuid.UUID
    past: uuid.UUID
    visit: uuid.UUID
    programme_slug: str = ""
    call_slug: str = ""


def pdf_saying(word: str) -> bytes:
    """A page with one line of text."""
    stream = f"BT /F1 24 Tf 72 700 Td ({word}) Tj ET"
    return write_pdf(
        CATALOGUE,
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
    )


def link_in(session: Session, kind: str, part: str) -> str:
    """The secret in the newest mail of a kind."""
    mail = session.scalars(
        select(Message).where(Message.kind == kind).order_by(Message.created_at.desc())
    ).first()
    assert mail, kind
    return mail.text.split(part, 1)[1].split()[0].strip().rstrip(".")


def register(session: Session, now: datetime) -> Person:
    """An account with its links, browsers and mails."""
    accounts.register_person(
        session, now=now, email=EMAIL, name=NAME, password_hash="zuqxhash", time_zone="Europe/Prague"
    )
    person = find_person(session, EMAIL)
    assert person
    accounts.verify_address(session, now=now, secret=link_in(session, "account.verify", "/verify/"))
    accounts.change_profile(
        session,
        actor=person,
        now=now,
        version=person.version,
        name=NAME,
        organisation=ORGANISATION,
        organisation_kind=OrganisationKind.REGIONAL,
        country="CZ",
        language="fi",
        time_zone="Europe/Prague",
    )
    session.refresh(person)
    start_session(session, person, now=now)
    accounts.ask_for_reset(session, now=now, email=EMAIL)
    accounts.ask_for_sign_in_link(session, now=now, email=EMAIL, wanted="/")
    accounts.register_person(session, now=now, email=EMAIL, name="x", password_hash="x", time_zone="UTC")
    return person


def apply(session: Session, person: Person, call: Call, visits: list[Visit], now: datetime) -> Application:
    """An application sent twice, with a file, a substitute and changes that were not sent."""
    file = make_question(session, call, Kind.FILE, required=False)
    accepted = accept_pdf(
        current_store(), io.BytesIO(pdf_saying("zuqxinthepdf")), "Zdenka Quirrel CV.pdf", most_bytes=10**6
    )
    attachment = attach_file(session, actor=person, now=now, call_id=call.id, accepted=accepted)
    questions = [one.id for one in list_questions(session, call.id)]

    def content(number: int) -> ApplicationContent:
        answers = {questions[0]: f"zuqxbrings{number}", questions[1]: f"zuqxwants{number}"}
        return ApplicationContent(
            tuple(ChoiceContent(visit.id, f"Because zuqxwhy{number}") for visit in visits),
            {**answers, file.id: str(attachment.id)},
            "Zuqxsub Colleague",
            "zuqxsub@uniqueton.example",
        )

    for number in (1, 2):
        application = save_draft(
            session,
            actor=person,
            now=now,
            call_id=call.id,
            version=_version(session, call, person),
            content=content(number),
        )
        submit_application(session, actor=person, now=now, call_id=call.id, version=application.version)
    return save_draft(
        session,
        actor=person,
        now=now,
        call_id=call.id,
        version=_version(session, call, person),
        content=content(3),
    )


def _version(session: Session, call: Call, person: Person) -> int:
    session.expire_all()
    return (
        session.scalar(
            select(Application.version).where(
                Application.call_id == call.id, Application.person_id == person.id
            )
        )
        or 0
    )


def fill(session: Session, now: datetime = NOW) -> Story:
    """Everything. Of the call it is about everything is over in 2025; others stand beside her in every list."""
    begun = now - timedelta(days=500)
    programme = make_programme(session)
    organiser = make_organiser(session, programme)
    call = make_call(
        session,
        programme,
        opens_at=begun,
        closes_at=begun + timedelta(days=20),
        asks_substitute=True,
        answers_by=None,
    )
    dates = {"announced_starts_on": date(2025, 9, 1), "announced_ends_on": date(2025, 9, 3)}
    visit, second, foreign = (make_visit(session, call, **dates) for _number in range(3))
    host = make_host(session, visit)
    person = register(session, begun)
    application = apply(session, person, call, [visit, second], begun)
    other = make_application(session, call, [visit, foreign], make_person(session, "Otto Other"))
    other.substitute_name, other.substitute_email = NAME, EMAIL
    let_in(session, actor=organiser, now=begun, application=application, reason=f"{NAME} is zuqxletin")
    session.refresh(application)
    ask_to_complete(
        session,
        actor=organiser,
        now=begun,
        application=application,
        until=begun + timedelta(days=30),
        note="Please send zuqxcomplete",
    )
    redact(session, actor=organiser, now=begun, application=application, passage="zuqxwhy2")
    _host_desk(session, begun + timedelta(days=21), call, visit, foreign, host, person, application, other)
    _places(session, begun + timedelta(days=40), call, visit, second, organiser, person, application)
    _agenda(session, visit, host, person)
    _mail(session, begun, programme, call, organiser, person)
    _report(session, foreign, host, person)
    _afterwards(session, visit, host, person)
    session.flush()
    return Story(person.id, organiser.id, host.id, call.id, visit.id, programme.slug, call.slug)


def _host_desk(
    session: Session,
    now: datetime,
    call: Call,
    visit: Visit,
    foreign: Visit,
    host: Person,
    person: Person,
    application: Application,
    other: Application,
) -> None:
    """She is read, and reads others."""
    query = select(Criterion.id).where(Criterion.call_id == call.id)
    criteria = dict.fromkeys(session.scalars(query), 4)
    choice = choice_of(session, application, visit)
    save_review(
        session,
        actor=host,
        now=now,
        visit=visit,
        choice_id=choice,
        version=0,
        scores=criteria,
        conflict_of_interest=False,
        note=f"{NAME} is zuqxnoted",
        private_note="zuqxprivately",
    )
    answer_conflict(
        session, actor=host, now=now, visit=visit, choice_id=choice, has=False, reason="zuqxnotrelated"
    )
    both = [choice, choice_of(session, other, visit)]
    put_choices(session, host, visit, both, Proposal.SHORTLISTED, now=now)
    ask_group(session, actor=host, now=now, visit=visit)
    taken = SUGGESTED_GROUPS.claim(session, now=now)
    assert taken
    question = read_question(session, visit, read_order(session, visit))
    SUGGESTED_GROUPS.finish(session, taken, as_answer(Found(frozenset({choice}), is_proven=True), question))
    invite(session, actor=host, now=now, visit=foreign, email=EMAIL, role=HostRole.REVIEWER)
    make_host(session, foreign, "Lena Lead")
    accept_invitation(
        session, actor=person, now=now, secret=link_in(session, "team.invited", "/invitations/")
    )
    invite(session, actor=person, now=now, visit=foreign, email="guest@example.org", role=HostRole.EXPERT)
    save_review(
        session,
        actor=person,
        now=now,
        visit=foreign,
        choice_id=choice_of(session, other, foreign),
        version=0,
        scores=criteria,
        conflict_of_interest=False,
        note="zuqxherreading",
        private_note="zuqxherprivate",
    )


def choice_of(session: Session, application: Application, visit: Visit) -> uuid.UUID:
    return session.scalars(
        select(Choice.id).where(Choice.application_id == application.id, Choice.visit_id == visit.id)
    ).one()


def _places(
    session: Session,
    now: datetime,
    call: Call,
    visit: Visit,
    second: Visit,
    organiser: Person,
    person: Person,
    application: Application,
) -> None:
    """A place accepted, one given up with a colleague proposed, one as a guest; and the run that gave them."""
    run = work_out(session, call, organiser, now=now)
    run.note = f"with {NAME}"
    call.decided_at = call.answered_at = now
    for number, one in enumerate((visit, second), start=1):
        place = Place(
            visit_id=one.id,
            person_id=person.id,
            choice_id=choice_of(session, application, one),
            state=PlaceState.OFFERED,
            seat=number,
            offered_at=now,
            answer_by=now + timedelta(days=7),
            reason="zuqxoffered",
        )
        session.add(place)
        session.flush()
        accept_offer(session, actor=person, now=now, place_id=place.id)
    give_up_place(
        session,
        actor=person,
        now=now,
        place_id=place.id,
        parting=Parting("zuqxill", "Zuqxanother Colleague", "zuqxanother@uniqueton.example"),
    )
    mark_place(
        session,
        actor=organiser,
        now=now,
        visit=second,
        kind=PlaceKind.HOST_GUEST,
        guest=Guest(EMAIL, NAME, ORGANISATION, "CZ"),
    )


def _agenda(session: Session, visit: Visit, host: Person, person: Person) -> None:
    """She speaks, was there, and has the sessions in her calendar."""
    before, during = datetime(2025, 8, 1, 8, tzinfo=NOW.tzinfo), datetime(2025, 9, 1, 9, tzinfo=NOW.tzinfo)
    add_session(
        session,
        actor=host,
        now=before,
        visit=visit,
        content=SessionContent(
            SessionKind.EXPERT_INPUT,
            f"A talk by {NAME}",
            to_wall(during, visit.zone),
            60,
            text=f"Ask {NAME} beforehand.",
            speakers=(NAME, "Sam Speaker"),
        ),
    )
    speaker = session.scalars(
        select(AgendaSpeaker).where(AgendaSpeaker.visit_id == visit.id, AgendaSpeaker.name == NAME)
    ).one()
    save_speaker(
        session,
        actor=host,
        now=before,
        visit=visit,
        content=SpeakerContent(NAME, EMAIL, ORGANISATION, False),
        speaker=speaker,
        version=speaker.version,
    )
    session.refresh(speaker)
    invite_speaker(session, actor=host, now=before, visit=visit, speaker=speaker)
    picture = keep_file(
        session,
        accept_file(
            current_store(), io.BytesIO(_picture()), "zuqxface.png", kinds={FileKind.PNG}, most_bytes=10**6
        ),
        now=before,
        created_by=None,
    )
    answer_invitation(
        session,
        now=before,
        secret=link_in(session, "speaker.invited", "/speaking/"),
        answer=SpeakerAnswer(True, "Europe/Prague", [], "zuqxbiography", consents=True, picture=picture),
    )
    sessions = list_sessions(session, visit.id)
    content = release_content(sessions, visit)
    publish_agenda(session, actor=host, now=before, visit=visit, after=0, seen=content_mark(content))
    note_attendance(
        session,
        actor=host,
        now=during + timedelta(hours=2),
        visit=visit,
        session_id=sessions[0].id,
        shown=(),
        ticked={person.id},
    )
    renew_feed(session, actor=person, now=before)
    _board(session, visit, host, person)


def _board(session: Session, visit: Visit, host: Person, person: Person) -> None:
    """A move of a session that names her, and searches for times and for groups with her in them."""
    now = datetime(2025, 8, 2, 8, tzinfo=NOW.tzinfo)
    item = list_sessions(session, visit.id)[0]
    acting: dict[str, Any] = {"actor": host, "now": now, "visit": visit}
    stand = stand_of(item)
    assert stand.wall
    later = replace(stand, wall=stand.wall + timedelta(hours=1))
    move_sessions(session, **acting, wanted=lambda _board: [Move(item.id, later, seen=stand)])
    wish = {"groups": 2, "pins": {str(person.id): 1}, "away": [[str(item.id), str(person.id)]]}
    ask_search(session, **acting, kind=SearchKind.TIMES, asked={"sessions": [str(item.id)]})
    ask_search(session, **acting, kind=SearchKind.GROUPS, asked=wish)


def _picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 40), "navy").save(buffer, "PNG")
    return buffer.getvalue()


def _mail(
    session: Session, now: datetime, programme: Programme, call: Call, organiser: Person, person: Person
) -> None:
    """A mail to a group, what bounced and what she left, a table she stands in, a view and consents."""
    group = begin_group_mail(
        session,
        actor=organiser,
        now=now,
        programme=programme,
        content=GroupContent(
            Audience.APPLICANTS, ["submitted"], call.id, "News", f"Thanks to {NAME} for zeal."
        ),
    )
    reach = read_reach(session, group, now)
    send_group_mail(
        session, actor=organiser, now=now, group=group, version=group.version, mark=reach.mark, hold=False
    )
    flag_address(session, EMAIL, answer=f"550 <{EMAIL}> zuqxunknown", now=now)
    leave(session, EMAIL, Topic.NEWS, now=now)
    begin_import(
        session,
        actor=organiser,
        now=NOW,
        call=make_call(session, programme),
        sheet=Sheet(
            "table.csv", ["Name", "E-mail"], [[NAME, EMAIL], ["Otto", "otto@example.org"]], is_guessed=False
        ),
    )
    save_view(session, person=person, call_id=call.id, name="zuqxview", query="q=zuqxquery")
    note_consent(
        session,
        person=person,
        now=now,
        topic="test",
        about=call,
        is_given=True,
        words="May we show zuqxconsent?",
        language="fi",
    )


def _report(session: Session, visit: Visit, host: Person, person: Person) -> None:
    """She comments on a report and answers a comment."""
    document = AnalyticalDocument(
        visit_id=visit.id, slug="report", state=DocumentState.DRAFT, due_on=date(2026, 1, 1)
    )
    session.add_all([document, DocumentAuthor(visit_id=visit.id, person_id=host.id)])
    session.add(DocumentAuthor(visit_id=visit.id, person_id=person.id))
    session.flush()
    make_comment(session, actor=person, now=NOW, document=document, section=None, text="zuqxcomment")
    theirs = make_comment(session, actor=host, now=NOW, document=document, section=None, text="And this?")
    answer_comment(session, actor=person, now=NOW, document=document, comment=theirs, answer="zuqxanswered")


def _afterwards(session: Session, visit: Visit, host: Person, person: Person) -> None:
    """A certificate, what she takes home and what came of it, and a survey she is asked in."""
    after = datetime(2025, 9, 10, 8, tzinfo=NOW.tzinfo)
    place = session.scalars(
        select(Place).where(Place.visit_id == visit.id, Place.person_id == person.id)
    ).one()
    issue_certificates(session, actor=host, now=after, visit=visit)
    write_commitments(
        session,
        actor=person,
        now=after,
        place_id=place.id,
        expected_version=0,
        written=[Words(1, "zuqxlearnt", "zuqxwilldo")],
        showing=Showing.NAMED,
    )
    answer_commitment(
        session,
        actor=person,
        now=after + timedelta(days=100),
        place_id=place.id,
        number=1,
        expected_version=1,
        answer=Answer(CommitmentState.DROPPED, DropReason.TIME, "zuqxcameofit"),
    )
    survey = open_survey(session, actor=host, now=after, visit=visit)
    _remark(session, survey, host)
    _printed(session, visit, host)


def _remark(session: Session, survey: Survey, host: Person) -> None:
    """Somebody of the host's team names her in the words of a survey."""
    ticket = find_ticket_of_person(session, survey.visit_id, host.id)
    assert ticket
    answer_survey(
        session,
        now=survey.opened_at,
        ticket=ticket,
        answers=dict.fromkeys(Question, 5),
        remarks={Remark.USEFUL: f"What {NAME} told us."},
    )


def _printed(session: Session, visit: Visit, host: Person) -> None:
    """A published report whose page and file tell what she takes home, with her name, as she allows."""
    document = AnalyticalDocument(
        visit_id=visit.id,
        slug="printed",
        title="What we learnt",
        state=DocumentState.PUBLISHED,
        is_written=True,
        published_at=NOW,
    )
    session.add(document)
    session.flush()
    make_section(session, document, text="What was said.", author=host)
    document.file_id = make_file(session).id

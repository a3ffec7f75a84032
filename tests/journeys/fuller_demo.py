"""What the demo leaves out and a page needs: questions of every kind, mails, a session that begins, a survey."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from peer_visits.accounts.services import find_person
from peer_visits.agenda.queries.sessions import list_sessions
from peer_visits.agenda.releases import content_mark, release_content
from peer_visits.agenda.services.attendance import note_attendance
from peer_visits.agenda.services.publishing import publish_agenda
from peer_visits.applications.rules import ApplicationContent
from peer_visits.applications.services.saving import save_draft
from peer_visits.calls.models import Call, Programme
from peer_visits.followup.survey.services import open_survey
from peer_visits.imports.reading import Sheet
from peer_visits.imports.services import begin_import
from peer_visits.kernel import clock
from peer_visits.library.pages import draw_missing_pages
from peer_visits.mailing.groups.queries import read_reach
from peer_visits.mailing.groups.services import GroupContent, begin_group_mail, send_group_mail
from peer_visits.mailing.groups.states import Audience
from peer_visits.outbox.services import Mail, post
from peer_visits.questions.definition import Option
from peer_visits.questions.kinds import AskedOf, Kind
from peer_visits.storage.transaction import writing
from peer_visits.visits.models import Visit
from tests.journeys.found_records import ended_visit, sample_visit
from tests.journeys.shown_agenda import show_an_agenda
from tests.support.factories import make_question


def fill_up() -> None:
    """All of it, in the demo as it was loaded."""
    # A turn draws a few documents and leaves the rest to the next.
    draw_missing_pages(clock.now())
    draw_missing_pages(clock.now())
    post_one_mail()
    ask_more()
    write_to_groups()
    show_an_agenda(sample_visit(), "host1@example.org", "applicant1@example.org")
    be_at_a_session()
    ask_after_a_visit()


def post_one_mail() -> None:
    with writing() as session:
        programme = session.scalars(select(Programme)).first()
        person = find_person(session, "organiser@example.org")
        assert programme is not None
        assert person is not None
        data = {"number": 1, "count": 1}
        mail = Mail(kind="test.message", to=person, about=programme, programme_id=programme.id, data=data)
        post(session, mail, now=clock.now())


def ask_more() -> None:
    """A question of every kind in the current call, a draft that answers none, and a table to import."""
    with writing() as session:
        call = session.scalars(select(Call).where(Call.is_sample, Call.decided_at.is_(None))).unique().one()
        call.languages, call.asks_substitute, call.privacy = ["en", "fi"], True, "Kept for **two years**."
        organiser = find_person(session, "organiser@example.org")
        assert organiser is not None
        options = (Option("a", {"en": "Archives"}), Option("b", {"en": "Buildings"}))
        for kind in Kind:
            label = {"en": f"A question of the kind {kind}", "fi": f"Kysymys {kind}"}
            make_question(session, call, kind, labels=label, helps={"en": "A hint."}, options=options)
        make_question(session, call, Kind.LEVEL, labels={"en": "Their language"}, asked_of=AskedOf.CHOICE)
        table = [["Ada", "ada@example.org"], ["Bo", "nobody"]]
        sheet = Sheet("table.csv", ["Name", "E-mail"], table, is_guessed=True)
        begin_import(session, actor=organiser, now=clock.now(), call=call, sheet=sheet)
        call_id = call.id
    with writing() as session:
        person = find_person(session, "applicant1@example.org")
        assert person is not None
        save_draft(
            session, actor=person, now=clock.now(), call_id=call_id, version=0, content=ApplicationContent()
        )


def write_to_groups() -> None:
    """A group mail that was sent, and a draft."""
    with writing() as session:
        programme = session.scalars(select(Programme)).first()
        organiser = find_person(session, "organiser@example.org")
        assert programme is not None
        assert organiser is not None
        hosts = GroupContent(Audience.HOSTS, ["lead"], subject="News for {name}", body="Some **news**.")
        for _group in range(2):
            group = begin_group_mail(
                session, actor=organiser, now=clock.now(), programme=programme, content=hosts
            )
        mark = read_reach(session, group, clock.now()).mark
        send_group_mail(
            session, actor=organiser, now=clock.now(), group=group, version=1, mark=mark, hold=True
        )


def be_at_a_session() -> None:
    """The sample visit has begun: its first session was moved at short notice, and one participant is noted."""
    slug = sample_visit()
    with writing() as session:
        visit = session.scalars(select(Visit).filter_by(slug=slug)).unique().one()
        host, guest = (
            find_person(session, "host1@example.org"),
            find_person(session, "applicant1@example.org"),
        )
        assert host is not None
        assert guest is not None
        [item, *_others] = list_sessions(session, visit.id)
        item.starts_at = clock.now() + timedelta(minutes=10)
        item.ends_at = item.starts_at + timedelta(hours=1)
        item.notes = "The keys are with the caretaker."
        seen = content_mark(release_content(list_sessions(session, visit.id), visit))
        publish_agenda(session, actor=host, now=clock.now(), visit=visit, after=1, seen=seen)
        note_attendance(
            session,
            actor=host,
            now=clock.now(),
            visit=visit,
            session_id=item.id,
            shown=(),
            ticked=[guest.id],
        )


def ask_after_a_visit() -> None:
    """The visit that ended last asks its survey."""
    slug = ended_visit(3)
    with writing() as session:
        visit = session.scalars(select(Visit).where(Visit.slug == slug)).unique().one()
        open_survey(session, actor=None, now=clock.now(), visit=visit)

"""Every page of every role in a real browser: accessible, quiet, and no wider than its window.

Two views always, all four with `PEER_VISITS_HEAVY=1`. `PICTURES=folder` keeps a picture of each page;
`PEER_VISITS_PICTURES=1` renews the pictures of the README.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select

from peer_visits.accounts.models import Person
from peer_visits.accounts.services import find_person
from peer_visits.agenda.models import AgendaSession, Attendance
from peer_visits.agenda.publishing import publish_agenda
from peer_visits.agenda.queries.sessions import list_sessions
from peer_visits.agenda.releases import content_mark, release_content
from peer_visits.agenda.services.attendance import note_attendance
from peer_visits.applications.models import Application, Choice
from peer_visits.applications.rules import ApplicationContent
from peer_visits.applications.services.saving import save_draft
from peer_visits.calls.models import Call, Programme
from peer_visits.demo.earlier import SLUG as EARLIER
from peer_visits.demo.loading import load_demo_once
from peer_visits.followup.certificates.models import Certificate
from peer_visits.followup.survey.models import SurveyTicket
from peer_visits.followup.survey.reminders import answer_links
from peer_visits.followup.survey.services import open_survey
from peer_visits.imports.models import ImportFile
from peer_visits.imports.reading import Sheet
from peer_visits.imports.services import begin_import
from peer_visits.kernel import clock
from peer_visits.kernel.zones import to_wall
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.pages import draw_missing_pages
from peer_visits.library.states import DocumentState
from peer_visits.library.writing.models import DocumentSection
from peer_visits.mailing.groups.models import GroupMail
from peer_visits.mailing.groups.queries import read_reach
from peer_visits.mailing.groups.services import GroupContent, begin_group_mail, send_group_mail
from peer_visits.mailing.groups.states import Audience, GroupState
from peer_visits.outbox.models import Message
from peer_visits.outbox.services import Mail, post
from peer_visits.places.models import Place
from peer_visits.places.services.answering import accept_offer
from peer_visits.places.services.deciding import decide_call
from peer_visits.places.services.undoing import release_answers
from peer_visits.places.states import PlaceKind, PlaceState
from peer_visits.questions.definition import Option
from peer_visits.questions.kinds import AskedOf, Kind
from peer_visits.questions.models import Question, Section
from peer_visits.shortlist.models import Shortlist, ShortlistEntry
from peer_visits.shortlist.states import ShortlistState
from peer_visits.storage.transaction import db, reading, writing
from peer_visits.visits.models import Visit
from tests.journeys.shown_agenda import show_an_agenda
from tests.support import apps
from tests.support.allocation_factories import work_out
from tests.support.browser import Watch, accessibility_findings, overflow, serving
from tests.support.factories import make_question
from tests.support.looking import keep_picture, picture_name

pytestmark = pytest.mark.browser

HEAVY = os.environ.get("PEER_VISITS_HEAVY") == "1"
VIEWS = [(1280, "light"), (390, "dark"), *([(1280, "dark"), (390, "light")] if HEAVY else [])]
NARROWEST = 320
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
EARLIER_VISIT = "tampere-earlier-sample"
# Asked for and not there, or not theirs: right answers that have a page too.
ERRORS = {"/no-such-page": 404, "/roles": 403, "/certificates/no-such-code": 404}
# Addresses that lead to a form with something to mend, which is answered as such.
TO_MEND = "?check=1"


@dataclass
class Site:
    """The demo, served, with a browser for each role."""

    app: Flask
    address: str
    browser: Browser

    def context(self, email: str, width: int, scheme: str) -> BrowserContext:
        """Windows of somebody who is signed in, or of a visitor without an address."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        if email:
            client = self.app.test_client()
            person = find_person(reading(), email)
            assert person is not None
            cookie = apps.sign_in(client, person).get_cookie("session")
            assert cookie is not None
            context.add_cookies([{"name": "session", "value": cookie.value, "url": self.address}])
        return context


@pytest.fixture(scope="module")
def site(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("pages")
    app = apps.make_app(apps.test_settings(folder, f"sqlite:///{folder / 'pages.sqlite'}"), csrf=True)
    with app.app_context():
        load_demo_once()
        draw_missing_pages(clock.now())
        draw_missing_pages(clock.now())
        post_one_mail()
        ask_more()
        write_to_groups()
        show_an_agenda(sample_visit(), "host1@example.org", "applicant1@example.org")
        be_at_a_session()
        ask_after_a_visit()
        with serving(app) as address:
            yield Site(app, address, chromium)
        db.session.remove()


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


def session_now() -> object:
    query = select(Attendance.session_id).join(AgendaSession, AgendaSession.id == Attendance.session_id)
    return one(query.join(Visit, Visit.id == AgendaSession.visit_id).where(Visit.slug == sample_visit()))


def ask_after_a_visit() -> None:
    """The visit that ended last asks its survey."""
    slug = ended_visit(3)
    with writing() as session:
        visit = session.scalars(select(Visit).where(Visit.slug == slug)).unique().one()
        open_survey(session, actor=None, now=clock.now(), visit=visit)


def ended_visit(number: int) -> str:
    query = select(Visit.slug).join(Call, Call.id == Visit.call_id)
    return str(one(query.where(Call.slug == EARLIER, Visit.position == number)))


def certificate() -> Certificate:
    """One of the first visit that is over."""
    of_visit = select(Certificate).join(Place, Place.id == Certificate.place_id).join(Place.visit)
    return cast(Certificate, one(of_visit.where(Visit.slug == ended_visit(1))))


def open_survey_page(site: Site) -> str:
    ticket_id = cast(uuid.UUID, one(select(SurveyTicket.id).where(SurveyTicket.is_answered.is_(False))))
    return f"/survey/{answer_links(site.app.extensions['session_info']['mail'].secret).make(ticket_id)}"


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


def one(statement: object) -> object:
    """The first value of a query."""
    reading().rollback()
    return reading().scalars(statement).first()  # type: ignore[call-overload]


def earlier_place() -> object:
    """The place of the first applicant in a visit of last year, with what they took home."""
    taken = select(Place.id).join(Place.visit).join(Place.person)
    return one(taken.where(Visit.slug == EARLIER_VISIT, Person.email == "applicant1@example.org"))


def current_call() -> str:
    return str(one(select(Call.slug).where(Call.is_sample, Call.decided_at.is_(None))))


def sample_visit(number: int = 1) -> str:
    call = current_call().removesuffix("-call")
    names = {1: "vantaa", 2: "kortrijk"}
    return f"{names[number]}-{call}"


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


def sample_section() -> tuple[uuid.UUID, uuid.UUID]:
    """A report that is being written, and its section with most texts."""
    query = select(DocumentSection.document_id, DocumentSection.id).order_by(DocumentSection.version.desc())
    found = reading().execute(query).first()
    assert found is not None
    return found[0], found[1]


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


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
@pytest.mark.parametrize("email", PAGES, ids=lambda email: email.split("@")[0] or "visitor")
def test_every_page_of_a_role(site: Site, email: str, width: int, scheme: str) -> None:
    context = site.context(email, width, scheme)
    page = context.new_page()
    watch = Watch(page, site.address)
    found = [finding for path in PAGES[email]() for finding in faults_of(page, site.address, path, width)]
    context.close()
    assert found + watch.found == []


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_the_survey_by_its_link_is_answered_with_the_keyboard(site: Site, width: int, scheme: str) -> None:
    path = open_survey_page(site)
    context = site.context("", width, scheme)
    page = context.new_page()
    watch = Watch(page, site.address)
    found = faults_of(page, site.address, path, width)
    page.get_by_role("button", name="Send my answer").press("Enter")
    found += accessibility_findings(page) + own_findings(page)
    assert page.title().startswith("Error:")
    for question in page.locator("fieldset.group").all():
        question.get_by_label("4", exact=True).focus()
        page.keyboard.press("Space")
    page.get_by_label("What was most useful?").fill("The walk.")
    page.get_by_role("button", name="Send my answer").press("Enter")
    page.get_by_role("heading", name="Thank you").wait_for(timeout=5000)
    found += accessibility_findings(page) + own_findings(page)
    context.close()
    assert found + watch.found == []


def faults_of(page: Page, address: str, path: str, width: int) -> list[str]:
    """Everything wrong with one page."""
    answer = page.goto(address + path)
    assert answer is not None
    scheme = "dark" if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
    keep_picture(page, f"{picture_name(path)}-{width}-{scheme}")
    found = accessibility_findings(page) + own_findings(page)
    if answer.status not in {200, ERRORS.get(path), 422 if path.endswith(TO_MEND) else 200}:
        found.append(f"{path} answered {answer.status}")
    for narrow in (width, NARROWEST):
        page.set_viewport_size({"width": narrow, "height": 900})
        if overflow(page) > 0:
            found.append(f"{path} is {overflow(page)} pixels wider than {narrow}")
    page.set_viewport_size({"width": width, "height": 900})
    return found


# What the checker does not look for: one heading of the page, a name for every field, targets large enough to hit.
_OWN = """() => {
  const found = [];
  if (document.querySelectorAll('h1').length !== 1) found.push('not exactly one h1');
  for (const field of document.querySelectorAll('main input:not([type=hidden]), main select, main textarea'))
    if (!field.labels?.length && !field.getAttribute('aria-label')) found.push('no label: ' + field.name);
  for (const target of document.querySelectorAll('main button, main select, main input[type=checkbox], nav a')) {
    const box = target.getBoundingClientRect();
    const label = target.labels?.[0]?.getBoundingClientRect();
    const height = Math.max(box.height, label ? label.bottom - box.top : 0, label?.height ?? 0);
    if (box.width && height < 24 && getComputedStyle(target).display !== 'inline')
      found.push('small target: ' + (target.textContent.trim() || target.name));
  }
  return found;
}"""


def own_findings(page: Page) -> list[str]:
    return [f"{page.url}: {finding}" for finding in page.evaluate(_OWN)]


FORMS = [
    ("", "/register"),
    ("", "/sign-in"),
    ("", "/forgotten-password"),
    ("applicant1@example.org", "/account"),
    ("applicant1@example.org", "/account/password"),
    ("host1@example.org", "/agenda/{visit}/sessions/new"),
    ("", "/certificates"),
    ("organiser@example.org", "/roles"),
    ("organiser@example.org", "/organise/calls/{call}/settings"),
    ("organiser@example.org", "/organise/calls/{call}/questions/new"),
    ("organiser@example.org", "/organise/calls/{call}/import"),
]


@pytest.mark.parametrize(("email", "path"), FORMS)
def test_an_empty_form_says_what_to_mend(site: Site, email: str, path: str) -> None:
    context = site.context(email, 390, "light")
    page = context.new_page()
    watch = Watch(page, site.address)
    page.goto(site.address + path.format(visit=sample_visit(), call=current_call()))
    for field in page.locator("main form.form input:visible:not([type=checkbox]):not([type=file])").all():
        field.fill("")
    page.locator("main form.form button[type=submit]").first.click()
    page.locator("[data-summary]").wait_for(timeout=5000)
    focused = page.evaluate("document.activeElement.matches('[data-summary]')")
    found = accessibility_findings(page) + own_findings(page)
    title = page.title()
    context.close()
    assert focused, "the summary of errors has the focus"
    assert title.startswith("Error:")
    assert found + watch.found == []


def test_deciding_and_its_outcome(site: Site) -> None:
    """The call is closed in the data; the preview and what follows from the decision are pages too."""
    slug, call_id = close_and_hand_over()
    context = site.context("organiser@example.org", 1280, "light")
    page = context.new_page()
    watch = Watch(page, site.address)
    decision, places = f"/organise/calls/{slug}/decide", f"/organise/calls/{slug}/places"
    found = faults_of(page, site.address, decision, 1280)
    with writing() as session:
        organiser = find_person(session, "organiser@example.org")
        assert organiser is not None
        work_out(session, session.get_one(Call, call_id), organiser, now=clock.now())
    found += faults_of(page, site.address, decision, 1280)
    with writing() as session:
        decide_call(session, actor=organiser, now=clock.now(), call_id=call_id, leave_empty=True)
    for path in (f"/organise/calls/{slug}", decision, places, f"{places}/waiting", f"{places}/add"):
        found += faults_of(page, site.address, path, 1280)
    with writing() as session:
        release_answers(session, actor=organiser, now=clock.now(), call_id=call_id)
        place = session.scalars(select(Place).where(Place.state == PlaceState.OFFERED)).first()
        assert place is not None
        email, place_id = session.get_one(Person, place.person_id).email, place.id
    found += faults_of(page, site.address, f"/organise/places/{place_id}/withdraw", 1280)
    context.close()
    found += faults_of_an_offer(site, email, place_id)
    assert found + watch.found == []


def close_and_hand_over() -> tuple[str, uuid.UUID]:
    """The current call is closed, and the shortlists that were begun are with the organiser."""
    with writing() as session:
        call = session.scalars(select(Call).where(Call.is_sample, Call.decided_at.is_(None))).one()
        call.closes_at = clock.now()
        call.closes_wall = to_wall(call.closes_at, call.zone).replace(microsecond=0).isoformat()
        begun = select(ShortlistEntry.visit_id)
        for shortlist in session.scalars(select(Shortlist).where(Shortlist.visit_id.in_(begun))):
            shortlist.state, shortlist.handed_over_at = ShortlistState.HANDED_OVER, clock.now()
        return call.slug, call.id


def faults_of_an_offer(site: Site, email: str, place_id: uuid.UUID) -> list[str]:
    """The offer by its mail's link, the person's own page, and both after accepting."""
    link = site.app.extensions["session_info"]["answer_links"].make(place_id)
    paths = (f"/offers/{link}", f"/places/{place_id}", "/applications")
    found = []
    for width, scheme in VIEWS:
        context = site.context(email, width, scheme)
        page = context.new_page()
        found += [finding for path in paths for finding in faults_of(page, site.address, path, width)]
        context.close()
    with writing() as session:
        person = find_person(session, email)
        assert person is not None
        accept_offer(session, actor=person, now=clock.now(), place_id=place_id)
    for width, scheme in VIEWS:
        context = site.context(email, width, scheme)
        page = context.new_page()
        found += [finding for path in paths for finding in faults_of(page, site.address, path, width)]
        context.close()
    return found


def test_pictures_of_the_readme(site: Site, tmp_path: Path) -> None:
    folder = PICTURES if os.environ.get("PEER_VISITS_PICTURES") == "1" else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    for name, email, path in (
        ("home", "", "/"),
        ("shortlist", "host1@example.org", f"/host/{sample_visit()}"),
    ):
        context = site.context(email, 1280, "light")
        page = context.new_page()
        page.goto(site.address + path)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / f"{name}.png")
        context.close()
        assert (folder / f"{name}.png").stat().st_size > 10_000

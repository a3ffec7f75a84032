"""A blind call keeps its secrets: no page, file, mail or log line a host can get holds a hidden value.

Every route is asked with GET as lead, reviewer and expert of a visit with 200 applicants, each of whom has a name, an
organisation, an address, a marked answer, a redacted passage and a file name that occur nowhere else.
"""

from __future__ import annotations

import io
import logging
import re
import uuid
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Attachment, Choice
from peer_visits.audit.models import AuditLine
from peer_visits.calls.models import Call
from peer_visits.kernel import clock
from peer_visits.outbox.models import Message
from peer_visits.permissions.table import RULES
from peer_visits.questions.kinds import Audience, Kind
from peer_visits.questions.models import Question
from peer_visits.questions.queries import list_questions
from peer_visits.shortlist.models import Redaction, Shortlist
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.models import Visit
from peer_visits.visits.states import HostRole
from peer_visits.web.limits import limiter
from tests.support.apps import sign_in
from tests.support.factories import NOW, make_application, make_host, make_person, make_question
from tests.support.pdfs import CATALOGUE, PAGE, write_pdf
from tests.support.routes import address, routes
from tests.support.world import World, make_attachment, make_world, store_bytes

COUNT, FEW = 200, 5
CANARY = re.compile(rb"zq(?:name|org|mail|domain|marked|red|file)\d+x", re.IGNORECASE)
WITH_FILES = 3
# As many pages as the longest list of 200 could have, and what a curious host would type.
QUERIES = ("", *(f"?page={page}" for page in range(2, 10)), "?q=zqname", "?q=zqorg", "?q=ZqName1")
LISTS = {"shortlist.board", "shortlist.desk"}


@dataclass(frozen=True)
class Blind:
    """The world with a blind call, and who reads in it."""

    world: World
    readers: dict[str, FlaskClient]
    choices: list[uuid.UUID]


@pytest.fixture
def blind(app: Flask, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Blind]:
    """A blind call that has closed, not revealed."""
    monkeypatch.setattr(limiter, "enabled", False)
    with clock.frozen(NOW):
        with writing() as session:
            world = make_world(session)
            call = session.scalars(select(Call).where(Call.slug == world.records["call"])).one()
            visit = session.scalars(select(Visit).where(Visit.slug == world.records["visit"])).one()
            call.blind, call.closes_at = True, NOW
            readers = {
                "lead": session.get_one(Person, world.people["host"]),
                "reviewer": make_host(session, visit, "Rita Reviewer", HostRole.REVIEWER),
                "expert": make_host(session, visit, "Xenia Expert", HostRole.EXPERT),
            }
            choices = seed(session, call, visit, getattr(request, "param", FEW))
            first = session.get_one(Choice, choices[0])
            attachment = session.scalars(
                select(Attachment.id).where(Attachment.application_id == first.application_id)
            ).first()
        records = {**world.records, "choice_id": choices[0], "attachment_id": attachment}
        clients = {name: sign_in(app.test_client(), person) for name, person in readers.items()}
        yield Blind(replace(world, records=records), clients, choices)


def seed(session: Session, call: Call, visit: Visit, count: int) -> list[uuid.UUID]:
    """So many applicants to one visit; gives their choices."""
    marked = make_question(session, call, Kind.SHORT, required=False, audience=Audience.HOSTS_UNLESS_BLIND)
    open_file = make_question(session, call, Kind.FILE, required=False, audience=Audience.HOSTS)
    marked_file = make_question(
        session, call, Kind.FILE, required=False, audience=Audience.HOSTS_UNLESS_BLIND
    )
    return [apply(session, call, visit, number, marked, (open_file, marked_file)) for number in range(count)]


def signed_pdf(author: str) -> bytes:
    """A PDF whose program has noted who wrote it."""
    pages = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return write_pdf(CATALOGUE, pages, PAGE, f"<< /Author ({author}) >>", trailer="/Info 4 0 R")


def apply(
    session: Session, call: Call, visit: Visit, number: int, marked: Question, files: tuple[Question, ...]
) -> uuid.UUID:
    person = make_person(
        session,
        f"Zqname{number}x Person",
        organisation=f"City of Zqorg{number}x",
        email=f"zqmail{number}x@zqdomain{number}x.example",
    )
    application = make_application(session, call, [visit], person, brings=f"I, zqred{number}x, bring this.")
    answer = {"value": f"Zqmarked{number}x", "wording": marked.number}
    application.answers = {**application.answers, str(marked.id): answer}
    for question in files if number < WITH_FILES else ():
        attachment = session.get_one(Attachment, make_attachment(session, application, question))
        attachment.file.name = f"Zqfile{number}x.pdf"
        attachment.file.key = store_bytes(signed_pdf(f"Zqfile{number}x"))
    choice = session.scalars(select(Choice).where(Choice.application_id == application.id)).one()
    choice.motivation = f"As ZQRED{number}x I want this."
    session.add(
        Redaction(
            application_id=application.id,
            passage=f"zqred{number}x",
            created_at=NOW,
            created_by=person.id,
        )
    )
    session.flush()
    return choice.id


def content(answer: TestResponse) -> bytes:
    """Everything an answer says: its headers, its text, and what its file holds inside."""
    data: bytes = answer.data
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = b"".join(archive.read(name) for name in archive.namelist())
    elif data.startswith(b"%PDF-"):
        document = pypdfium2.PdfDocument(data)
        words = "".join(page.get_textpage().get_text_range() for page in document)
        data += (words + str(document.get_metadata_dict())).encode()
    return str(answer.headers).encode() + data


def found(answer: TestResponse) -> set[bytes]:
    return set(CANARY.findall(content(answer)))


def paths(app: Flask, blind: Blind) -> list[str]:
    """Every address that answers GET, lists with all their pages and searches, several applications."""
    wanted = []
    for route, method in routes(app):
        if method != "GET" or route.endpoint == "static":
            continue
        path = address(app, route, blind.world)
        wanted += [path + query for query in (QUERIES if route.endpoint in LISTS else ("",))]
        if route.endpoint == "shortlist.compare":
            wanted.append(f"{path}?{'&'.join(f'choice={one}' for one in blind.choices[:4])}")
        if "choice_id" in route.arguments and "attachment_id" not in route.arguments:
            records = {**blind.world.records}
            for choice in (blind.choices[1], blind.choices[-1]):
                wanted.append(
                    address(app, route, replace(blind.world, records={**records, "choice_id": choice}))
                )
    return wanted


@pytest.mark.parametrize("blind", [COUNT], indirect=True)
def test_no_host_learns_a_hidden_value_from_any_address(
    app: Flask, blind: Blind, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    asked, leaks = 0, []
    for role, client in blind.readers.items():
        for path in paths(app, blind):
            answer = client.get(path)
            asked += answer.status_code == 200
            if found(answer):
                leaks.append(f"{role}: {path}: {sorted(found(answer))[:3]}")
    assert leaks == []
    assert asked > 3 * 30, "the walk got somewhere"
    assert not CANARY.search(caplog.text.encode())


def test_what_readers_do_leaves_no_hidden_value_in_their_mails_or_the_log(blind: Blind) -> None:
    base = f"/host/{blind.world.records['visit']}"
    lead, reviewer = blind.readers["lead"], blind.readers["reviewer"]
    reviewer.post(f"{base}/choices/{blind.choices[1]}", data={"version": "0", "score_0": "3", "score_1": "3"})
    reviewer.post(f"{base}/choices/{blind.choices[2]}/conflict", data={"answer": "yes"})
    lead.post(f"{base}/order", data={"version": "1", "choice": [str(blind.choices[3])], "to": "shortlisted"})
    lead.post(f"{base}/team", data={"email": "new@example.com", "role": "expert"})
    lead.post(f"{base}/team/reading", data={"mode": "split", "readers": "2"})
    lead.post(f"{base}/team/{blind.world.people['host']}/remove")
    reading().rollback()
    mails = reading().scalars(select(Message)).all()
    lines = reading().scalars(select(AuditLine)).all()
    assert len(mails) >= 2
    assert len(lines) >= 3
    assert not [
        mail.kind for mail in mails if CANARY.search(f"{mail.subject}{mail.text}{mail.html}".encode())
    ]
    assert not [line.action for line in lines if CANARY.search(str(line.detail).encode())]


def test_the_walk_would_find_a_name(app: Flask, blind: Blind) -> None:
    """The control: once names are shown, they are found."""
    with writing() as session:
        visit = session.scalars(select(Visit).where(Visit.slug == blind.world.records["visit"])).one()
        session.merge(Shortlist(visit_id=visit.id, revealed_at=NOW))
    client, base = blind.readers["reviewer"], f"/host/{blind.world.records['visit']}"
    kinds = {
        re.sub(rb"\d+x", b"", one.lower())
        for path in (base, f"{base}/choices/{blind.choices[0]}")
        for one in found(client.get(path))
    }
    assert {b"zqname", b"zqorg", b"zqmarked", b"zqfile"} <= kinds
    assert b"zqred" not in kinds, "what the organiser took out stays out"
    assert b"zqmail" not in kinds, "addresses are for nobody before a place is accepted"


def test_a_host_gets_nothing_of_any_other_visit(
    app: Flask, blind: Blind, client_of: Callable[[Person], FlaskClient]
) -> None:
    """Every route with a record, asked with the records of visits in the same call and in another one."""
    with writing() as session:
        others = (
            session.scalars(select(Visit).where(Visit.slug != blind.world.records["visit"])).unique().all()
        )
        worlds = [_world_of(session, blind.world, visit) for visit in others]
    let_in, asked = [], 0
    for role, client in blind.readers.items():
        for world in worlds:
            for route, method in routes(app):
                if RULES[route.endpoint].is_public or not route.arguments & {"slug", "choice_id", "place_id"}:
                    continue
                if route.endpoint.startswith("applications."):
                    continue  # a host may apply to the call like everybody else, and gets only what is its own
                answer = client.open(address(app, route, world), method=method)
                asked += 1
                if answer.status_code not in {403, 404}:
                    let_in.append(f"{method} {route.rule} as {role}: {answer.status_code}")
    assert let_in == []
    assert asked > 100


def _world_of(session: Session, world: World, visit: Visit) -> World:
    choice = session.scalars(select(Choice.id).where(Choice.visit_id == visit.id)).first()
    records = {"visit": visit.slug, "call": visit.call.slug, "choice_id": choice or uuid.uuid4()}
    return replace(world, records={**world.records, **records})


def test_the_questions_of_the_test_are_what_they_claim(blind: Blind) -> None:
    call = reading().scalars(select(Call).where(Call.slug == blind.world.records["call"])).one()
    audiences = [one.definition["audience"] for one in list_questions(reading(), call.id)]
    assert audiences.count(Audience.HOSTS_UNLESS_BLIND) == 2

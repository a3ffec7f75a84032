"""Nothing of an erased person is left anywhere, and no figure of what is over changes."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.background import work_off_searches
from peer_visits.applications.models import Application
from peer_visits.cli.check import find_broken
from peer_visits.files.serving import current_store
from peer_visits.library.printing.sweeps import EVERY, keep_files_true
from peer_visits.library.sweeps import index_documents
from peer_visits.outbox.services import Mail, post
from peer_visits.outbox.states import MessageState
from peer_visits.privacy.erasing import erase_person
from peer_visits.privacy.sweeps import leave_nothing_in_the_file
from peer_visits.storage.base import Base
from peer_visits.storage.transaction import db, reading, rehearsing, writing
from tests.privacy.everything import TRACES, Story, fill
from tests.privacy.tracing import in_database, in_files, in_pages
from tests.support.factories import NOW
from tests.support.statements import counting

ClientOf = Callable[[Person], FlaskClient]


@pytest.fixture
def story(app: Flask, at_now: object) -> Story:
    """Somebody who did everything, kept."""
    shutil.rmtree(uploads(app), ignore_errors=True)
    with writing() as session:
        story = fill(session)
    # Files of reports, their texts and what was searched for on a board are made beside the requests.
    keep_files_true(NOW)
    index_documents(NOW)
    work_off_searches(NOW)
    db.session.remove()
    return story


def erase(story: Story) -> None:
    """Erase her, remove the bytes of her files, and let the worker follow with those of reports."""
    with writing() as session:
        person = session.get_one(Person, story.person)
        keys = erase_person(session, person=person, now=NOW, by=person)
    for key in keys:
        current_store().remove(key)
    keep_files_true(NOW + EVERY)
    index_documents(NOW + EVERY)
    leave_nothing_in_the_file(NOW + EVERY)
    db.session.remove()


def pages_of(story: Story) -> tuple[str, ...]:
    """What an organiser can take out of the programme, and look at."""
    call, programme = f"/organise/calls/{story.call_slug}", f"/organise/programmes/{story.programme_slug}"
    return (
        f"{call}/applications",
        f"{call}/applications.csv",
        f"{call}/applications.xlsx",
        f"{call}/attendance",
        f"{call}/commitments",
        f"{call}/commitments.csv",
        f"{programme}/commitments",
        f"{programme}/survey",
        f"{programme}/survey.csv",
        f"{programme}/log",
        f"{programme}/mail",
        "/library?q=said",
        "/library/printed",
        "/library/feed.atom",
    )


def uploads(app: Flask) -> Path:
    return Path(app.extensions["settings"].instance) / "uploads"


def test_she_is_found_everywhere_before(story: Story, app: Flask) -> None:
    """The control: what is looked for below is there to be found."""
    found = in_database(reading(), TRACES)
    tables = {line.split(".")[0] for line in found}
    assert {
        "person", "mailed_link", "message", "application", "application_search", "choice", "sent_version",
        "stored_file", "file_text", "review", "conflict_of_interest", "redaction", "host_invitation", "place",
        "allocation_run",
        "agenda_speaker", "agenda_release", "agenda_session", "group_mail", "import_file", "saved_view",
        "commitment", "commitment_answer", "certificate", "bounced_address", "unsubscription",
        "consent_line", "document_comment", "survey_remark",
    } - tables == set()  # fmt: skip
    assert any("zuqx" in line for line in in_files(uploads(app), TRACES))
    printed = in_database(reading(), ("zuqxwilldo",))
    assert any(line.startswith("file_text") for line in printed), "the printed report tells what she does"
    ids_alone = {"agenda_move", "agenda_search", "allocation_run", "suggested_group"}
    assert {name for name in ids_alone if _rows(name)} == ids_alone, "what must hold ids alone is there"


def _rows(name: str) -> int:
    return int(reading().scalar(select(func.count()).select_from(Base.metadata.tables[name])) or 0)


def test_nothing_is_left_in_any_column(story: Story) -> None:
    erase(story)
    assert in_database(reading(), TRACES) == []


def test_nothing_is_left_in_any_file(story: Story, app: Flask) -> None:
    erase(story)
    db.session.remove()
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        database = Path(str(db.engine.url.database))
        assert in_files(database.parent, TRACES) == []
    assert in_files(uploads(app), TRACES) == []


def test_exports_leave_nothing_behind(
    story: Story, client_of: ClientOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is put together for a download lies in a file of no name, or in one that goes with the answer."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    organiser = client_of(reading().get_one(Person, story.organiser))
    her = client_of(reading().get_one(Person, story.person))
    assert in_pages(her, ("/account/data", "/account/data.zip"), TRACES)
    assert in_pages(organiser, pages_of(story), TRACES)
    assert list(tmp_path.rglob("*")) == []


def test_nothing_is_left_in_exports_and_lists(story: Story, client_of: ClientOf) -> None:
    organiser = client_of(reading().get_one(Person, story.organiser))
    assert in_pages(organiser, pages_of(story), TRACES)
    erase(story)
    assert in_pages(organiser, pages_of(story), TRACES) == []


def test_figures_are_byte_for_byte_the_same(story: Story, client_of: ClientOf) -> None:
    organiser = client_of(reading().get_one(Person, story.organiser))
    before = figures(organiser, story)
    erase(story)
    assert figures(organiser, story) == before


# What programmes count beside the figures of calls.
SURVEY: dict[str, tuple[str, ...]] = {"calls": (), "programmes": ("survey", "survey.csv")}


def figures(client: FlaskClient, story: Story) -> dict[str, bytes]:
    """Every figure of call and programme, as pages and as files; of pages what stands between head and foot."""
    answers = {}
    for kind, slug in (("calls", story.call_slug), ("programmes", story.programme_slug)):
        for ending in ("figures", "figures.csv", *SURVEY[kind]):
            answer = client.get(f"/organise/{kind}/{slug}/{ending}")
            assert answer.status_code == 200
            answers[f"{kind}/{ending}"] = re.sub(rb"^.*<main|</main>.*$", b"", answer.data, flags=re.DOTALL)
    return answers


def test_everything_that_must_hold_still_does(story: Story) -> None:
    before = sorted(find_broken(reading()))
    erase(story)
    assert sorted(find_broken(reading())) == before


def test_others_keep_what_is_theirs(story: Story) -> None:
    """All that is taken from others is her name where they had written it."""
    with writing() as session:
        others = session.scalars(select(Person.email).where(Person.id != story.person)).all()
    erase(story)
    assert set(session_emails()) >= set(others)
    found = in_database(reading(), ("otto@example.org", "and this?", "zeal"))
    assert {line.split(".")[0] for line in found} == {
        "import_file",
        "document_comment",
        "group_mail",
        "message",
    }


def session_emails() -> list[str]:
    return list(reading().scalars(select(Person.email)))


def test_killed_between_any_two_steps_nothing_has_happened(story: Story) -> None:
    """Whatever statement the process dies before, all is as it was: one transaction, all or nothing."""
    before = dump(reading())
    steps = count_statements(story)
    assert steps > 60
    for number in range(1, steps, 7):
        with pytest.raises(KeyboardInterrupt), dying_before(number):
            erase(story)
        db.session.remove()
        assert dump(reading()) == before
        reading().rollback()
    erase(story)
    assert in_database(reading(), TRACES) == []


@contextmanager
def dying_before(number: int) -> Iterator[None]:
    """Die as from a signal before the so many-th statement."""
    seen = count()

    def die(*_rest: object) -> None:
        if next(seen) == number:
            raise KeyboardInterrupt

    event.listen(db.engine, "before_cursor_execute", die)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", die)


def count_statements(story: Story) -> int:
    """How many statements an erasure takes; it is undone."""
    with counting(db.engine) as seen, rehearsing() as session:
        person = session.get_one(Person, story.person)
        erase_person(session, person=person, now=NOW, by=person)
    return len(seen)


def dump(session: Session) -> dict[str, list[str]]:
    """Every row of every table."""
    return {
        name: sorted(map(str, session.execute(table.select()).all()))
        for name, table in Base.metadata.tables.items()
    }


def test_whoever_is_erased_gets_no_mail(story: Story) -> None:
    """Sweeps still find the places that are over; what they would write goes to nobody."""
    erase(story)
    with writing() as session:
        person = session.get_one(Person, story.person)
        mail = Mail(kind="account.password_changed", to=person, about=person, data={"at": NOW})
        assert post(session, mail, now=NOW).state is MessageState.WITHDRAWN


def test_the_page_of_an_erased_application_says_so(story: Story, client_of: ClientOf) -> None:
    erase(story)
    application = (
        reading().scalars(select(Application.id).where(Application.person_id == story.person)).first()
    )
    page = client_of(reading().get_one(Person, story.organiser)).get(f"/organise/applications/{application}")
    assert "Its person was erased" in page.get_data(as_text=True)

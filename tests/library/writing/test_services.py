"""Writing a report: what stands, what stood before, and what happens when two people write at once."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.audit.models import AuditLine
from peer_visits.kernel.errors import NotFound, Refused, Stale
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.services import begin_edition
from peer_visits.library.states import DocumentState
from peer_visits.library.writing import services
from peer_visits.library.writing.comments import answer_comment, make_comment
from peer_visits.library.writing.models import DocumentSection
from peer_visits.library.writing.queries import (
    count_open_comments,
    find_section,
    list_comments,
    list_removed,
    list_sections,
    list_texts,
)
from peer_visits.library.writing.rules import MOST_SECTIONS, OFFERED
from peer_visits.library.writing.states import CommentState
from tests.support.factories import make_call, make_host, make_visit
from tests.support.library_factories import make_author, make_document, make_file

HEADINGS = {one.key: str(one.heading) for one in OFFERED}


class Report:
    """A report with two authors and a host."""

    def __init__(self, session: Session, now: datetime, state: DocumentState = DocumentState.OWED) -> None:
        self.session, self.now = session, now
        visit = make_visit(session, make_call(session))
        self.ada: Person = make_author(session, visit, "Ada Author")
        self.bela: Person = make_author(session, visit, "Bela Author")
        self.host: Person = make_host(session, visit)
        self.document: AnalyticalDocument = make_document(session, visit, state, has_file=False)

    def begin(self) -> Report:
        services.begin_writing(
            self.session, actor=self.ada, now=self.now, document=self.document, headings=HEADINGS
        )
        return self

    def sections(self) -> list[DocumentSection]:
        return [one.section for one in list_sections(self.session, self.document.id)]

    def headings(self) -> list[str]:
        return [one.current.heading for one in list_sections(self.session, self.document.id)]

    def save(
        self, actor: Person, section: DocumentSection, version: int, text: str, heading: str = "Focus"
    ) -> None:
        services.save_section(
            self.session,
            actor=actor,
            now=self.now,
            document=self.document,
            section=section,
            version=version,
            heading=heading,
            text=text,
        )

    def texts(self, section: DocumentSection) -> list[str]:
        return [one.text for one in list_texts(self.session, section.id)]


@pytest.fixture
def report(session: Session, now: datetime) -> Report:
    return Report(session, now).begin()


def test_a_report_begins_with_the_offered_sections(report: Report) -> None:
    assert report.headings() == list(HEADINGS.values())
    assert report.document.state is DocumentState.DRAFT
    assert report.document.is_written


def test_going_to_and_fro_keeps_what_was_written(report: Report) -> None:
    first = report.sections()[0]
    report.save(report.ada, first, 1, "We asked why.")
    services.upload_instead(report.session, actor=report.ada, now=report.now, document=report.document)
    assert not report.document.is_written
    report.begin()
    assert report.texts(first) == ["We asked why.", ""]
    assert len(report.sections()) == len(OFFERED)


def test_every_save_is_a_version(report: Report) -> None:
    first = report.sections()[0]
    report.save(report.ada, first, 1, "One.")
    report.save(report.host, first, 2, "Two.")
    saved = list_texts(report.session, first.id)
    assert [(one.number, one.text) for one in saved] == [(3, "Two."), (2, "One."), (1, "")]
    assert [one.author.name for one in saved if one.author] == [
        report.host.name,
        "Ada Author",
        "Ada Author",
    ]


def test_a_save_over_a_newer_one_is_refused_and_changes_nothing(report: Report) -> None:
    first = report.sections()[0]
    report.save(report.ada, first, 1, "Ada's.")
    with pytest.raises(Stale):
        report.save(report.bela, first, 1, "Bela's.")
    assert report.texts(first) == ["Ada's.", ""]
    report.save(report.bela, first, 2, "Bela's.")
    assert report.texts(first) == ["Bela's.", "Ada's.", ""]


def test_the_same_form_sent_twice_is_one_version(report: Report) -> None:
    first = report.sections()[0]
    for _time in range(2):
        report.save(report.ada, first, 1, "Once.")
    assert report.texts(first) == ["Once.", ""]


def test_an_earlier_text_is_restored_as_a_new_version(report: Report) -> None:
    first = report.sections()[0]
    report.save(report.ada, first, 1, "Good.", "Our focus")
    report.save(report.bela, first, 2, "Bad.", "Focus")
    services.restore_text(
        report.session,
        actor=report.ada,
        now=report.now,
        document=report.document,
        section=first,
        version=3,
        number=2,
    )
    newest = list_texts(report.session, first.id)[0]
    assert (newest.number, newest.heading, newest.text, newest.restored_from) == (4, "Our focus", "Good.", 2)


@pytest.mark.parametrize(("version", "number", "refusal"), [(2, 1, Stale), (3, 9, NotFound), (3, 3, Refused)])
def test_a_restore_that_makes_no_sense_is_refused(
    report: Report, version: int, number: int, refusal: type[Exception]
) -> None:
    first = report.sections()[0]
    report.save(report.ada, first, 1, "Good.")
    report.save(report.ada, first, 2, "Better.")
    with pytest.raises(refusal):
        services.restore_text(
            report.session,
            actor=report.ada,
            now=report.now,
            document=report.document,
            section=first,
            version=version,
            number=number,
        )


def test_sections_are_added_taken_out_and_put_back(report: Report) -> None:
    given = {"actor": report.ada, "now": report.now, "document": report.document}
    services.add_section(report.session, **given, heading="Money")  # type: ignore[arg-type]
    first = report.sections()[0]
    report.save(report.ada, first, 1, "Kept.")
    services.remove_section(report.session, **given, section=first, version=2)  # type: ignore[arg-type]
    assert report.headings()[-1] == "Money"
    assert [one.current.text for one in list_removed(report.session, report.document.id)] == ["Kept."]
    with pytest.raises(Stale):
        report.save(report.bela, first, 2, "Into nothing.")
    services.put_back_section(report.session, **given, section=first)  # type: ignore[arg-type]
    assert report.headings()[-2:] == ["Money", "Focus"]
    assert list_removed(report.session, report.document.id) == []


def test_a_section_that_changed_meanwhile_is_not_taken_out(report: Report) -> None:
    first = report.sections()[0]
    report.save(report.bela, first, 1, "New.")
    with pytest.raises(Stale):
        services.remove_section(
            report.session,
            actor=report.ada,
            now=report.now,
            document=report.document,
            section=first,
            version=1,
        )


def test_there_is_an_end_to_sections(report: Report) -> None:
    given = {"actor": report.ada, "now": report.now, "document": report.document}
    for number in range(MOST_SECTIONS - len(OFFERED)):
        services.add_section(report.session, **given, heading=f"More {number}")  # type: ignore[arg-type]
    with pytest.raises(Refused):
        services.add_section(report.session, **given, heading="Too much")  # type: ignore[arg-type]


def test_sections_are_put_in_order_and_a_newer_one_stays_last(report: Report) -> None:
    ids = [one.id for one in report.sections()]
    given = {"actor": report.ada, "now": report.now, "document": report.document}
    services.add_section(report.session, **given, heading="Newer")  # type: ignore[arg-type]
    order = [*reversed(ids), uuid.uuid4()]
    services.order_sections(report.session, **given, order=order)  # type: ignore[arg-type]
    assert [one.id for one in report.sections()[:-1]] == list(reversed(ids))
    assert report.headings()[-1] == "Newer"


@pytest.mark.parametrize("state", [DocumentState.IN_REVIEW, DocumentState.PUBLISHED])
def test_nothing_is_written_while_the_organiser_has_it(
    session: Session, now: datetime, state: DocumentState
) -> None:
    report = Report(session, now).begin()
    first = report.sections()[0]
    report.document.file_id = make_file(session).id
    report.document.published_at = now if state is DocumentState.PUBLISHED else None
    report.document.state = state
    session.flush()
    with pytest.raises(Refused):
        report.save(report.ada, first, 1, "Late.")
    with pytest.raises(Refused):
        report.begin()
    assert report.texts(first) == [""]


def test_the_next_edition_begins_with_what_the_last_one_said(report: Report, session: Session) -> None:
    first = report.sections()[0]
    report.save(report.ada, first, 1, "As before.", "Our focus")
    report.document.state, report.document.published_at = DocumentState.PUBLISHED, report.now
    session.flush()
    following = begin_edition(session, actor=report.ada, now=report.now, document=report.document)
    copied = list_sections(session, following.id)
    assert following.is_written
    assert [one.current.heading for one in copied] == report.headings()
    assert (copied[0].current.text, copied[0].section.version) == ("As before.", 1)
    assert copied[0].section.id != first.id


def test_comments_wait_for_their_answer(report: Report, session: Session) -> None:
    first = report.sections()[0]
    report.save(report.ada, first, 1, "One.")
    given = {"now": report.now, "document": report.document}
    on_section = make_comment(session, actor=report.host, section=first, text="Why one?", **given)  # type: ignore[arg-type]
    make_comment(session, actor=report.bela, section=None, text="Shorter, please.", **given)  # type: ignore[arg-type]
    assert count_open_comments(session, [report.document.id]) == {report.document.id: 2}
    answer_comment(session, actor=report.ada, comment=on_section, answer="Two now.", **given)  # type: ignore[arg-type]
    session.expire_all()
    said = list_comments(session, report.document.id)
    assert [(one.state, one.text, one.answer, one.on_version) for one in said if one.section_id] == [
        (CommentState.ANSWERED, "Why one?", "Two now.", 2)
    ]
    assert count_open_comments(session, [report.document.id]) == {report.document.id: 1}
    with pytest.raises(Refused):
        answer_comment(session, actor=report.ada, comment=on_section, answer="Again.", **given)  # type: ignore[arg-type]


def test_comments_end_with_publication(report: Report, session: Session) -> None:
    given = {"now": report.now + timedelta(days=1), "document": report.document}
    comment = make_comment(session, actor=report.host, section=None, text="Wait.", **given)  # type: ignore[arg-type]
    report.document.state, report.document.published_at = DocumentState.PUBLISHED, report.now
    session.flush()
    with pytest.raises(Refused):
        make_comment(session, actor=report.host, section=None, text="Too late.", **given)  # type: ignore[arg-type]
    with pytest.raises(Refused):
        answer_comment(session, actor=report.ada, comment=comment, answer="Too late.", **given)  # type: ignore[arg-type]


def test_a_section_of_another_report_is_not_found(report: Report, session: Session, now: datetime) -> None:
    other = Report(session, now).begin()
    assert find_section(session, report.document.id, other.sections()[0].id) is None


def test_the_log_tells_what_was_done_and_holds_no_words_of_the_report(report: Report) -> None:
    report.save(report.ada, report.sections()[0], 1, "Confidential words.", "Confidential heading")
    lines = report.session.scalars(select(AuditLine)).all()
    assert [line.action for line in lines].count("document.section_saved") == 1
    assert not any("Confidential" in str(line.detail) for line in lines)

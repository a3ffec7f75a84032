"""A sample report that is being written by an author and a host. Invented, and says so; it is late and has comments."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.library.duties import owe_document
from peer_visits.library.models import AnalyticalDocument, DocumentAuthor, DocumentTopic
from peer_visits.library.writing.comments import answer_comment, make_comment
from peer_visits.library.writing.models import DocumentSection
from peer_visits.library.writing.queries import list_sections
from peer_visits.library.writing.rules import OFFERED
from peer_visits.library.writing.services import begin_writing, save_section
from peer_visits.visits.models import Visit

_FOCUS = (
    "*This text is invented, to show how a report is written.*\n\n"
    "How can a city and its associations look after buildings **together**, when neither could do it alone? "
    "The hosts ask because their agreement ends next year; the guests because they are about to write their first."
)
_PRACTICE_FIRST = "A sample city lends buildings to associations. They pay no rent and open the doors."
_PRACTICE = (
    "A sample city lends empty buildings to associations for ten years.\n\n"
    "- They pay **no rent**, and open the doors on two days a week.\n"
    "- The city keeps the roof and the walls, the associations the rest.\n"
    "- One person in the town hall answers every question.\n\n"
    "| What | Who pays |\n| --- | --- |\n| Roof and walls | City |\n| Heating | Half each |\n"
    "| Programme | Association |\n\n"
    "> We needed two pages, not twenty."
)
_DISCUSSED = (
    "1. Who is responsible when something breaks?\n"
    "2. What happens after the ten years?\n"
    "3. Can an association earn money in the building?\n\n"
    "On the third question the guests did **not** agree."
)
_LESSONS_AUTHOR = "Write down who pays for the heating before the first winter."
_LESSONS = f"{_LESSONS_AUTHOR}\n\nAsk the neighbours first: they know what the building was."
_SOURCES = "[The agreement, a sample](https://example.org/agreement)"
_TEXTS = {"focus": _FOCUS, "discussed": _DISCUSSED, "sources": _SOURCES}


class _Desk:
    """Writes into one document, a few minutes after the last save each time."""

    def __init__(self, session: Session, document: AnalyticalDocument, begun: datetime) -> None:
        self.session, self.document, self.now = session, document, begun

    def _later(self) -> datetime:
        self.now += timedelta(minutes=25)
        return self.now

    def begin(self, author: Person) -> None:
        headings = {one.key: str(one.heading) for one in OFFERED}
        begin_writing(
            self.session, actor=author, now=self._later(), document=self.document, headings=headings
        )

    def section(self, key: str) -> DocumentSection:
        found = list_sections(self.session, self.document.id)
        return next(one.section for one in found if one.section.offered == key)

    def write(self, actor: Person, key: str, text: str) -> None:
        section = self.section(key)
        heading = next(str(one.heading) for one in OFFERED if one.key == key)
        save_section(
            self.session,
            actor=actor,
            now=self._later(),
            document=self.document,
            section=section,
            version=section.version,
            heading=heading,
            text=text,
        )

    def comment(
        self, actor: Person, key: str | None, text: str, answer: tuple[Person, str] | None = None
    ) -> None:
        section = self.section(key) if key else None
        said = make_comment(
            self.session, actor=actor, now=self._later(), document=self.document, section=section, text=text
        )
        if answer:
            answer_comment(
                self.session,
                actor=answer[0],
                now=self._later(),
                document=self.document,
                comment=said,
                answer=answer[1],
            )


def add_written_report(
    session: Session, visit: Visit, author: Person, host: Person, organiser: Person, now: datetime
) -> None:
    """A draft in seven sections, two of them still empty, begun three weeks ago."""
    session.add(DocumentAuthor(visit_id=visit.id, person_id=author.id))
    session.flush()
    owe_document(session, actor=None, now=now, visit=visit)
    document = session.scalars(
        select(AnalyticalDocument).where(AnalyticalDocument.visit_id == visit.id)
    ).one()
    session.refresh(document, ["visit"])
    document.title = "Sample: looking after buildings together"
    document.authors, document.licence = author.name, "CC BY 4.0"
    document.summary = "An invented report, to show how reports are written here."
    document.topics = [DocumentTopic(topic="Reuse of buildings")]
    desk = _Desk(session, document, now - timedelta(days=21))
    desk.begin(author)
    for key, text in _TEXTS.items():
        desk.write(author, key, text)
    desk.write(author, "practice", _PRACTICE_FIRST)
    desk.write(host, "practice", _PRACTICE)
    desk.write(author, "lessons", _LESSONS_AUTHOR)
    desk.write(host, "lessons", _LESSONS)
    _talk(desk, author, host, organiser)


def _talk(desk: _Desk, author: Person, host: Person, organiser: Person) -> None:
    desk.comment(host, "discussed", "The second question took most of the time. Shall we say so?")
    answered = (host, "Ten years; it stands there now.")
    desk.comment(author, "practice", "For how long are the buildings lent?", answered)
    desk.comment(organiser, None, "Please add what readers would need to do the same at home.")

"""Judging a bundle of reports against what is in the library, and taking it in whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from peer_visits.accounts.models import Person
from peer_visits.calls.models import Call, Programme, ProgrammeOrganiser
from peer_visits.files.services import AcceptedFile, keep_file
from peer_visits.imports.reports.bundles import Bundle
from peer_visits.imports.reports.making import make_old_visit
from peer_visits.imports.reports.old_visits import OldVisit, read_visit, tells_of_visit
from peer_visits.imports.reports.rules import Line, Told, read_line
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.kernel.text import Phrase, fold, phrase
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.states import DocumentState
from peer_visits.library.taking_in import take_in_document
from peer_visits.visits.models import Visit

USUAL_LANGUAGE = "en"


class Verdict(StrEnum):
    """New ones are taken in; what is there stays as it is; what is wrong is left out, if that is wanted."""

    NEW = "new"
    THERE = "there"
    WRONG = "wrong"


@dataclass(frozen=True)
class Entry:
    """A line with its visit and its file, and what would become of it."""

    line: Line
    verdict: Verdict
    visit: Visit | None = None
    told: Told | None = None
    file_name: str = ""
    file: AcceptedFile | None = None
    new_visit: OldVisit | None = None
    programme: Programme | None = None
    faults: list[Phrase] = field(default_factory=list)


@dataclass(frozen=True)
class Judged:
    """Every line, and the files that no line names."""

    entries: list[Entry]
    unused: list[str]

    def of(self, verdict: Verdict) -> list[Entry]:
        """The entries with this verdict."""
        return [entry for entry in self.entries if entry.verdict is verdict]


def list_visits(session: Session, person: Person) -> Sequence[Visit]:
    """The visits of the programmes somebody organises, the earliest call first."""
    query = (
        select(Visit)
        .join(Visit.call)
        .join(ProgrammeOrganiser, ProgrammeOrganiser.programme_id == Call.programme_id)
        .where(ProgrammeOrganiser.person_id == person.id)
        .options(contains_eager(Visit.call).joinedload(Call.programme))
        .order_by(Call.closes_at, Visit.position)
    )
    return session.scalars(query).unique().all()


def list_programmes(session: Session, person: Person) -> Sequence[Programme]:
    """The programmes somebody organises."""
    query = select(Programme).join(ProgrammeOrganiser, ProgrammeOrganiser.programme_id == Programme.id)
    return session.scalars(
        query.where(ProgrammeOrganiser.person_id == person.id).order_by(Programme.slug)
    ).all()


def _find_taken(session: Session, bundle: Bundle) -> frozenset[str]:
    """Which addresses of the lines visits have already, whoever organises them."""
    wanted = {line.visit for line in bundle.lines}
    return frozenset(session.scalars(select(Visit.slug).where(Visit.slug.in_(wanted))))


def find_latest(session: Session, visits: Sequence[Visit]) -> dict[object, AnalyticalDocument]:
    """The latest edition of each visit's document, by the visit's id."""
    query = (
        select(AnalyticalDocument)
        .where(AnalyticalDocument.visit_id.in_([visit.id for visit in visits]))
        .options(joinedload(AnalyticalDocument.file))
        .order_by(AnalyticalDocument.edition)
    )
    return {document.visit_id: document for document in session.scalars(query)}


def judge_bundle(session: Session, person: Person, bundle: Bundle, now: datetime) -> Judged:
    """What would become of each line now."""
    visits = list_visits(session, person)
    makers = _Makers(list_programmes(session, person), _find_taken(session, bundle), now.date())
    by_slug = {visit.slug: visit for visit in visits}
    latest = find_latest(session, visits)
    times = Counter(line.visit for line in bundle.lines)
    entries = []
    for line in bundle.lines:
        visit = by_slug.get(line.visit)
        document = latest.get(visit.id) if visit else None
        entries.append(_judge(line, bundle, visit, document, makers, is_doubled=times[line.visit] > 1))
    used = {entry.file_name for entry in entries}
    return Judged(entries, [name for name in bundle.names() if name not in used])


def _judge(
    line: Line,
    bundle: Bundle,
    visit: Visit | None,
    document: AnalyticalDocument | None,
    makers: _Makers,
    *,
    is_doubled: bool,
) -> Entry:
    name = line.file_among(bundle.names())
    file = bundle.files.get(name)
    told = read_line(line, title=visit.title if visit else "", language=USUAL_LANGUAGE)
    if document and _is_there(document, file, told):
        return Entry(line, Verdict.THERE, visit, told, name, file)
    made = makers.read(line) if visit is None and tells_of_visit(line) else _Made()
    faults = [
        *(made.faults or _faults_of_visit(line, visit or made.visit, document, is_doubled)),
        *_faults_of_file(name, bundle),
        *told.faults,
    ]
    verdict = Verdict.WRONG if faults else Verdict.NEW
    return Entry(line, verdict, visit, told, name, file, made.visit, made.programme, faults)


@dataclass(frozen=True)
class _Made:
    """A visit that a line tells of and that would be made, and why it cannot be."""

    visit: OldVisit | None = None
    programme: Programme | None = None
    faults: list[Phrase] = field(default_factory=list)


@dataclass(frozen=True)
class _Makers:
    """What visits are made with: the programmes of the person, and the addresses that are taken."""

    programmes: Sequence[Programme]
    taken: frozenset[str]
    today: date

    def read(self, line: Line) -> _Made:
        """The visit a line tells of."""
        if line.visit in self.taken:
            return _Made(faults=[phrase("The address “%(name)s” is taken. Choose another.", name=line.visit)])
        visit, faults = read_visit(line, self.today)
        wanted = line.cells.get("programme", "")
        programmes = [one for one in self.programmes if wanted in {"", one.slug}]
        if len(programmes) != 1:
            names = ", ".join(one.slug for one in self.programmes)
            told = phrase("Name under “programme” one of those you organise: %(names)s.", names=names)
            return _Made(faults=[*faults, told])
        return _Made(visit, programmes[0], faults)


def _is_there(document: AnalyticalDocument, file: AcceptedFile | None, told: Told) -> bool:
    """The very same file, or a document of the same title where the line brings no file."""
    if document.state is not DocumentState.PUBLISHED:
        return False
    if file is None:
        return fold(document.title) == fold(told.content.title)
    return document.file is not None and document.file.sha256 == file.sha256


def _faults_of_visit(
    line: Line, visit: Visit | OldVisit | None, document: AnalyticalDocument | None, is_doubled: bool
) -> list[Phrase]:
    if not line.visit:
        return [phrase("The line names no visit.")]
    if visit is None:
        return [
            phrase("You organise no visit called “%(name)s”.", name=line.visit),
            phrase("To make one that is over, fill in the columns of the visit."),
        ]
    if is_doubled:
        return [phrase("More than one line is about this visit.")]
    if document is None or document.state is DocumentState.OWED:
        return []
    if document.state is DocumentState.PUBLISHED:
        return [phrase("Another document of this visit is published. Begin its next edition instead.")]
    return [phrase("Somebody is working on this visit's document.")]


def _faults_of_file(name: str, bundle: Bundle) -> list[Phrase]:
    if name in bundle.refused:
        return [bundle.refused[name]]
    if name and name not in bundle.files:
        return [phrase("The file “%(name)s” is not among those chosen.", name=name)]
    return []


def take_in_bundle(
    session: Session, *, actor: Person, now: datetime, bundle: Bundle, leave_out: int
) -> Mapping[Verdict, int]:
    """Publish every new report, all or none; nobody gets a mail. Says how many were new, there and wrong.

    `leave_out` is the number of wrong lines that were seen and may be left out: any other number is Stale.
    """
    judged = judge_bundle(session, actor, bundle, now)
    counts = {verdict: len(judged.of(verdict)) for verdict in Verdict}
    if counts[Verdict.WRONG] and not leave_out:
        raise Refused(
            phrase(
                "Some lines are wrong. Tick that they are left out, or mend the table and choose it again."
            ),
            field="leave_out",
        )
    if counts[Verdict.WRONG] != leave_out:
        raise Stale(phrase("There are %(n)s wrong lines now. Look at them again.", n=counts[Verdict.WRONG]))
    if not counts[Verdict.NEW]:
        raise Refused(phrase("There is no new report to take in."))
    for entry in judged.of(Verdict.NEW):
        visit = entry.visit
        if entry.new_visit and entry.programme:
            visit = make_old_visit(
                session, actor=actor, now=now, programme=entry.programme, told=entry.new_visit
            )
        if visit and entry.told:
            stored = keep_file(session, entry.file, now=now, created_by=actor.id) if entry.file else None
            take_in_document(
                session, actor=actor, now=now, visit=visit, content=entry.told.content, file=stored
            )
    return counts

"""The ten entries of the library of 2021, in the source's own words, and one document still owed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.demo.past import Entry, PastVisit
from peer_visits.files.services import AcceptedFile, keep_file, take_own_pdf
from peer_visits.files.serving import current_store
from peer_visits.library.duties import owe_document
from peer_visits.library.models import AnalyticalDocument, DocumentAuthor, DocumentTopic
from peer_visits.library.samples import sample_pdf
from peer_visits.library.searching import index_document
from peer_visits.library.states import DocumentState
from peer_visits.visits.models import Visit

Files = dict[str, AcceptedFile]
# Headings of this library, given by what the sources say each visit was about.
_PARTICIPATION, _COMMUNITY, _REUSE, _VOLUNTEERS = (
    "Citizen participation",
    "Communities",
    "Reuse of buildings",
    "Volunteering",
)
_TOPICS = {
    "vantaa-2021": [_PARTICIPATION],
    "kortrijk-2021": [_PARTICIPATION],
    "central-scotland-2021": [_COMMUNITY],
    "val-grande-commonlands-2021": [_PARTICIPATION, _COMMUNITY],
    "tampere-2021": [_VOLUNTEERS],
    "rotterdam-2021": [_PARTICIPATION],
    "budapest-2021": [_VOLUNTEERS, _COMMUNITY],
    "sibenik-2021": [_REUSE, _COMMUNITY],
    "nantes-2021": [_PARTICIPATION],
    "reggio-emilia-2021": [_REUSE],
}


def store_sample_files(entries: list[Entry]) -> Files:
    """A marked sample document for each entry whose source has a download line."""
    return {
        entry["slug"]: take_own_pdf(current_store(), _sample(entry), f"{entry['slug']}-sample.pdf")
        for entry in entries
        if entry["source_has_download_line"]
    }


def _sample(entry: Entry) -> bytes:
    place = f"{entry['host_place']}, 2021"
    return sample_pdf(entry["title_as_printed"], entry["report_label"], place, entry["slug"])


def add_past_documents(session: Session, past: list[PastVisit], files: Files, now: datetime) -> None:
    """One published entry per visit, with the words of the source page."""
    for one in past:
        accepted = files.get(one.entry["slug"])
        stored = keep_file(session, accepted, now=now, created_by=None) if accepted else None
        document = _published(one, now)
        document.file_id, document.is_sample = (stored.id if stored else None), stored is not None
        session.add(document)
        session.flush()
        session.refresh(document, ["visit"])
        index_document(session, document)


def _published(one: PastVisit, now: datetime) -> AnalyticalDocument:
    known: dict[str, Any] = one.entry["document"]
    lines: list[str] = one.entry["source_report_lines"]
    return AnalyticalDocument(
        visit_id=one.visit.id,
        slug=one.entry["slug"],
        state=DocumentState.PUBLISHED,
        title=known["title"] or one.entry["title_as_printed"],
        tag_line=one.entry["source_heading"],
        host_line="\n".join(lines[1:]),
        authors=", ".join(known["lead_authors"] or []),
        dated=date.fromisoformat(known["dated"]) if known["dated"] else None,
        published_at=now,
        topics=[DocumentTopic(topic=topic) for topic in _TOPICS[one.entry["slug"]]],
    )


def add_owed_document(session: Session, visit: Visit, author: Person, now: datetime) -> None:
    """The author's desk has something on it."""
    session.add(DocumentAuthor(visit_id=visit.id, person_id=author.id))
    owe_document(session, actor=None, now=now, visit=visit)

"""What a list shows of a document: read as plain values, since a list shows many and a record carries much more."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from peer_visits.files.models import StoredFile
from peer_visits.library.models import AnalyticalDocument
from peer_visits.visits.models import Visit
from peer_visits.visits.states import DatesCertainty


@dataclass(frozen=True, slots=True)
class Card:
    """A published document, its visit and its file, in the order that `cards_query` reads them."""

    id: uuid.UUID
    slug: str
    language: str
    tag_line: str
    title: str
    host_line: str
    is_sample: bool
    visit_slug: str
    visit_title: str
    visit_called_title: str
    topic: str
    host_name: str
    place: str
    country: str
    dates_text: str
    announced_starts_on: date | None
    announced_ends_on: date | None
    held_starts_on: date | None
    held_ends_on: date | None
    dates_certainty: DatesCertainty
    file_size: int | None
    file_pages: int | None
    preview_key: str | None

    @property
    def heading(self) -> str:
        """What the document is called, else its visit."""
        named = self.tag_line or self.title or self.visit_title
        return named or self.visit_called_title or self.topic


_COLUMNS = (
    AnalyticalDocument.id,
    AnalyticalDocument.slug,
    AnalyticalDocument.language,
    AnalyticalDocument.tag_line,
    AnalyticalDocument.title,
    AnalyticalDocument.host_line,
    AnalyticalDocument.is_sample,
    Visit.slug,
    Visit.reported_title,
    Visit.called_title,
    Visit.topic,
    Visit.host_name,
    Visit.place,
    Visit.country,
    Visit.dates_text,
    Visit.announced_starts_on,
    Visit.announced_ends_on,
    Visit.held_starts_on,
    Visit.held_ends_on,
    Visit.dates_certainty,
    StoredFile.size,
    StoredFile.pages,
    StoredFile.preview_key,
)


def cards_query() -> Select[*tuple[Any, ...]]:
    """Cards of documents; who asks says of which, and never shows one that is not published."""
    return (
        select(*_COLUMNS)
        .select_from(AnalyticalDocument)
        .join(Visit, Visit.id == AnalyticalDocument.visit_id)
        .outerjoin(StoredFile, StoredFile.id == AnalyticalDocument.file_id)
    )

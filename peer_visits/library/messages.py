"""The mails about documents."""

from __future__ import annotations

from typing import Any

from peer_visits.accounts.models import Person
from peer_visits.library.models import AnalyticalDocument
from peer_visits.outbox.services import Mail


def about_document(kind: str, document: AnalyticalDocument, person: Person, **data: Any) -> Mail:
    """A mail about a document, once for each version of it."""
    visit = document.visit
    return Mail(
        kind=kind,
        to=person,
        about=document,
        version=document.version,
        programme_id=visit.call.programme_id,
        call_id=visit.call_id,
        visit_id=visit.id,
        data={
            "document_id": document.id,
            "library_slug": document.slug,
            "slug": visit.slug,
            "place": visit.place,
            "title": document.title or visit.title,
            **data,
        },
    )

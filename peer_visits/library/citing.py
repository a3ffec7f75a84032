"""How a document is described to search engines and cited by people."""

from __future__ import annotations

from typing import Any

from peer_visits.library.models import AnalyticalDocument


def report_data(document: AnalyticalDocument, url: str, picture: str) -> dict[str, Any]:
    """The document as a schema.org Report. What is unknown is left out."""
    authors = [name.strip() for name in document.authors.split(",") if name.strip()]
    data = {
        "@context": "https://schema.org",
        "@type": "Report",
        "name": document.title or document.visit.title,
        "url": url,
        "image": picture,
        "inLanguage": document.language,
        "datePublished": document.dated.isoformat() if document.dated else None,
        "author": [{"@type": "Person", "name": name} for name in authors] or None,
        "publisher": {"@type": "Organization", "name": document.visit.call.programme.name},
        "license": document.licence or None,
        "numberOfPages": document.file.pages if document.file and not document.is_sample else None,
        "abstract": document.summary or None,
        "about": {"@type": "Event", "name": document.visit.title},
    }
    return {name: value for name, value in data.items() if value is not None}


def citation(document: AnalyticalDocument) -> str:
    """One line to cite by: authors, year, title, programme."""
    year = f" ({document.dated.year})" if document.dated else ""
    who = document.authors or document.visit.host_name
    return f"{who}{year}: {document.title or document.visit.title}. {document.visit.call.programme.name}."

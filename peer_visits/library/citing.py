"""How a document is described to search engines and cited by people."""

from __future__ import annotations

from typing import Any

from peer_visits.library.models import AnalyticalDocument

LICENCE_ADDRESSES = {
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC BY-SA 4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC BY-NC 4.0": "https://creativecommons.org/licenses/by-nc/4.0/",
    "CC0 1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}


def authors_of(document: AnalyticalDocument) -> list[str]:
    """The authors' names, one by one."""
    return [name.strip() for name in document.authors.split(",") if name.strip()]


def title_of(document: AnalyticalDocument) -> str:
    """The title, else the visit's."""
    return document.title or document.visit.title


def report_data(document: AnalyticalDocument, url: str, picture: str) -> dict[str, Any]:
    """The document as a schema.org Report. What is unknown is left out."""
    doi = f"https://doi.org/{document.doi}" if document.doi else None
    data = {
        "@context": "https://schema.org",
        "@type": "Report",
        "@id": doi or url,
        "identifier": doi,
        "name": title_of(document),
        "url": url,
        "image": picture,
        "inLanguage": document.language,
        "datePublished": document.dated.isoformat() if document.dated else None,
        "author": [{"@type": "Person", "name": name} for name in authors_of(document)] or None,
        "publisher": {"@type": "Organization", "name": document.visit.call.programme.name},
        "license": LICENCE_ADDRESSES.get(document.licence, document.licence) or None,
        "numberOfPages": document.file.pages if document.file and not document.is_sample else None,
        "version": str(document.edition) if document.edition else None,
        "keywords": [one.topic for one in document.topics] or None,
        "abstract": document.summary or None,
        "about": {"@type": "Event", "name": document.visit.title},
    }
    return {name: value for name, value in data.items() if value is not None}


def citation(document: AnalyticalDocument) -> str:
    """One line to cite by: authors, year, title, programme, and the DOI if there is one."""
    year = f" ({document.dated.year})" if document.dated else ""
    who = document.authors or document.visit.host_name
    doi = f" https://doi.org/{document.doi}" if document.doi else ""
    title = title_of(document)
    stop = "" if title.endswith((".", "!", "?")) else "."
    return f"{who}{year}: {title}{stop} {document.visit.call.programme.name}.{doi}"

"""A document as reference managers, feeds and aggregators read it: BibTeX, CSL-JSON, Dublin Core, Atom."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from peer_visits.library.citing import LICENCE_ADDRESSES, authors_of, title_of
from peer_visits.library.models import AnalyticalDocument

ATOM = "http://www.w3.org/2005/Atom"
DC = "http://purl.org/dc/elements/1.1/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
DC_SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
for _prefix, _namespace in (("dc", DC), ("oai_dc", OAI_DC), ("xsi", XSI)):
    register_namespace(_prefix, _namespace)

# What no XML may hold, whoever wrote it.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


@dataclass(frozen=True)
class Style:
    """A format to cite in: its media type, the end of its file's name, and what writes it."""

    media_type: str
    suffix: str
    write: Callable[[AnalyticalDocument, str], str]


def bibtex(document: AnalyticalDocument, url: str) -> str:
    """The document as a BibTeX report; what is unknown is left out."""
    authors = authors_of(document)
    fields = {
        "title": f"{{{_tex(title_of(document))}}}",
        "author": " and ".join(map(_tex, authors)) if authors else f"{{{_tex(document.visit.host_name)}}}",
        "institution": f"{{{_tex(document.visit.call.programme.name)}}}",
        "year": str(document.dated.year) if document.dated else "",
        "month": str(document.dated.month) if document.dated else "",
        "language": document.language,
        "doi": document.doi,
        "url": url,
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@techreport{{{document.slug},\n{lines}\n}}\n"


def _tex(value: str) -> str:
    return "".join(_TEX.get(one, one) for one in " ".join(value.split()))


def csl_json(document: AnalyticalDocument, url: str) -> str:
    """The document as CSL-JSON: a list of one item."""
    dated = document.dated
    names = authors_of(document) or [document.visit.host_name]
    item = {
        "id": document.slug,
        "type": "report",
        "title": title_of(document),
        "author": [{"literal": name} for name in names],
        "issued": {"date-parts": [[dated.year, dated.month, dated.day]]} if dated else None,
        "publisher": document.visit.call.programme.name,
        "language": document.language,
        "abstract": document.summary or None,
        "DOI": document.doi or None,
        "URL": url,
    }
    known = {name: value for name, value in item.items() if value is not None}
    return json.dumps([known], ensure_ascii=False, indent=2)


def dublin_core(document: AnalyticalDocument, url: str) -> Element:
    """The document in the fifteen elements of Dublin Core, wrapped as OAI-PMH wants them."""
    record = Element(f"{{{OAI_DC}}}dc", {f"{{{XSI}}}schemaLocation": f"{OAI_DC} {DC_SCHEMA}"})
    identifiers = [url, *([f"https://doi.org/{document.doi}"] if document.doi else [])]
    elements: dict[str, Sequence[str]] = {
        "title": [title_of(document)],
        "creator": authors_of(document) or [document.visit.host_name],
        "subject": [one.topic for one in document.topics],
        "description": [document.summary],
        "publisher": [document.visit.call.programme.name],
        "date": [document.dated.isoformat() if document.dated else ""],
        "type": ["Text", "report"],
        "format": ["application/pdf"] if document.file else [],
        "identifier": identifiers,
        "language": [document.language],
        "coverage": [document.visit.place],
        "rights": [LICENCE_ADDRESSES.get(document.licence, document.licence)],
    }
    for name, values in elements.items():
        for value in filter(None, values):
            SubElement(record, f"{{{DC}}}{name}").text = xml_text(value)
    return record


def xml_text(value: str) -> str:
    """Text that XML can hold."""
    return _NOT_XML.sub(" ", value)


def as_xml(element: Element) -> str:
    """A whole XML document."""
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(element, encoding="unicode")


def stamp(moment: datetime) -> str:
    """A moment in UTC to the second, as feeds and aggregators write it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


STYLES = {
    "bibtex": Style("application/x-bibtex", "bib", bibtex),
    "csl": Style("application/vnd.citationstyles.csl+json", "json", csl_json),
    "dublin-core": Style("application/xml", "xml", lambda document, url: as_xml(dublin_core(document, url))),
}


def atom_feed(
    documents: Sequence[AnalyticalDocument], *, title: str, site: str, feed_path: str, now: datetime
) -> str:
    """What was published last, as an Atom feed (RFC 4287)."""
    feed = Element("feed", {"xmlns": ATOM})
    _add(feed, "id", site + feed_path)
    _add(feed, "title", title)
    moments = [one.published_at for one in documents if one.published_at]
    _add(feed, "updated", stamp(max(moments, default=now)))
    SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": site + feed_path})
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": f"{site}/library"})
    for document in documents:
        _add_entry(feed, document, f"{site}/library/{document.slug}", document.published_at or now)
    return as_xml(feed)


def _add_entry(feed: Element, document: AnalyticalDocument, url: str, published: datetime) -> None:
    entry = SubElement(feed, "entry")
    _add(entry, "id", f"urn:uuid:{document.id}")
    _add(entry, "title", title_of(document))
    _add(entry, "published", stamp(published))
    _add(entry, "updated", stamp(published))
    for name in authors_of(document) or [document.visit.host_name]:
        _add(SubElement(entry, "author"), "name", name)
    SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": url})
    if document.file:
        enclosure = {"rel": "enclosure", "type": "application/pdf", "length": str(document.file.size)}
        SubElement(entry, "link", {**enclosure, "href": f"{url}/download"})
    for one in document.topics:
        SubElement(entry, "category", {"term": xml_text(one.topic)})
    _add(entry, "summary", document.summary or document.host_line or document.visit.topic)


def _add(parent: Element, name: str, value: str) -> None:
    SubElement(parent, name).text = xml_text(value)

"""A record as it is told, with its header."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement

from peer_visits.library.describing import dublin_core, stamp
from peer_visits.library.harvesting.selecting import SET
from peer_visits.library.models import AnalyticalDocument


@dataclass(frozen=True)
class Repository:
    """This installation, as an aggregator sees it."""

    name: str
    site: str
    host: str
    contact: str

    @property
    def address(self) -> str:
        """Where requests go."""
        return f"{self.site}/oai"


def header_of(repository: Repository, document: AnalyticalDocument) -> Element:
    """The header of a record: its identifier, datestamp and set."""
    header = Element("header")
    SubElement(header, "identifier").text = f"oai:{repository.host}:{document.slug}"
    SubElement(header, "datestamp").text = stamp(document.published_at or datetime.min.replace(tzinfo=UTC))
    SubElement(header, "setSpec").text = SET + document.visit.call.programme.slug
    return header


def record_of(repository: Repository, document: AnalyticalDocument) -> Element:
    """A whole record: its header, and the Dublin Core of its document."""
    record = Element("record")
    record.append(header_of(repository, document))
    url = f"{repository.site}/library/{document.slug}"
    SubElement(record, "metadata").append(dublin_core(document, url))
    return record

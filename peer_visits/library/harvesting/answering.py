"""The answer to one request, an error among them: verb by verb."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peer_visits.calls.models import Call, Programme
from peer_visits.library.describing import DC_SCHEMA, OAI_DC, XSI, as_xml, stamp, xml_text
from peer_visits.library.harvesting.asking import PREFIX, OaiError, check_prefix, judge
from peer_visits.library.harvesting.records import Repository, header_of, record_of
from peer_visits.library.harvesting.selecting import SET, read_selection, selected, token_after
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.queries import PUBLISHED, find_published

OAI = "http://www.openarchives.org/OAI/2.0/"
# How many records an answer lists before it goes on by a token.
PAGE = 100


def answer(
    session: Session, repository: Repository, arguments: Sequence[tuple[str, str]], now: datetime
) -> str:
    """The whole answer to one request, an error among them."""
    root = Element("OAI-PMH", {"xmlns": OAI, f"{{{XSI}}}schemaLocation": f"{OAI} {OAI[:-1]}/OAI-PMH.xsd"})
    SubElement(root, "responseDate").text = stamp(now)
    request = SubElement(root, "request")
    request.text = repository.address
    try:
        verb, asked = judge(arguments)
        root.append(_VERBS[verb](session, repository, asked))
        request.attrib.update({"verb": verb, **{name: xml_text(value) for name, value in asked.items()}})
    except OaiError as error:
        SubElement(root, "error", {"code": error.code}).text = xml_text(str(error))
    return as_xml(root)


def _identify(session: Session, repository: Repository, _asked: Mapping[str, str]) -> Element:
    earliest = session.scalar(select(func.min(AnalyticalDocument.published_at)).where(PUBLISHED))
    told = Element("Identify")
    for name, value in (
        ("repositoryName", repository.name),
        ("baseURL", repository.address),
        ("protocolVersion", "2.0"),
        ("adminEmail", repository.contact),
        ("earliestDatestamp", stamp(earliest or datetime(2020, 1, 1, tzinfo=UTC))),
        ("deletedRecord", "no"),
        ("granularity", "YYYY-MM-DDThh:mm:ssZ"),
    ):
        SubElement(told, name).text = xml_text(value)
    return told


def _list_formats(session: Session, repository: Repository, asked: Mapping[str, str]) -> Element:
    if "identifier" in asked:
        _find(session, repository, asked["identifier"])
    told = Element("ListMetadataFormats")
    one = SubElement(told, "metadataFormat")
    for name, value in (("metadataPrefix", PREFIX), ("schema", DC_SCHEMA), ("metadataNamespace", OAI_DC)):
        SubElement(one, name).text = value
    return told


def _list_sets(session: Session, _repository: Repository, asked: Mapping[str, str]) -> Element:
    if "resumptionToken" in asked:
        raise OaiError("badResumptionToken", "The sets are one list.")
    query = (
        select(Programme.slug, Programme.name)
        .join(Call, Call.programme_id == Programme.id)
        .distinct()
        .order_by(Programme.slug)
    )
    told = Element("ListSets")
    for slug, name in session.execute(query):
        one = SubElement(told, "set")
        SubElement(one, "setSpec").text = SET + slug
        SubElement(one, "setName").text = xml_text(name)
    if not len(told):
        raise OaiError("noSetHierarchy", "There is no programme yet.")
    return told


def _get_record(session: Session, repository: Repository, asked: Mapping[str, str]) -> Element:
    if asked.keys() != {"identifier", "metadataPrefix"}:
        raise OaiError("badArgument", "GetRecord needs identifier and metadataPrefix.")
    check_prefix(asked["metadataPrefix"])
    told = Element("GetRecord")
    told.append(record_of(repository, _find(session, repository, asked["identifier"])))
    return told


def _find(session: Session, repository: Repository, identifier: str) -> AnalyticalDocument:
    scheme = f"oai:{repository.host}:"
    slug = identifier.removeprefix(scheme) if identifier.startswith(scheme) else ""
    found = find_published(session, slug) if slug and "\0" not in slug else None
    if found is None:
        raise OaiError("idDoesNotExist", "There is no record of this identifier.")
    return found


def _list_records(session: Session, repository: Repository, asked: Mapping[str, str]) -> Element:
    return _list(session, asked, "ListRecords", lambda one: record_of(repository, one))


def _list_identifiers(session: Session, repository: Repository, asked: Mapping[str, str]) -> Element:
    return _list(session, asked, "ListIdentifiers", lambda one: header_of(repository, one))


def _list(
    session: Session, asked: Mapping[str, str], verb: str, write: Callable[[AnalyticalDocument], Element]
) -> Element:
    selection = read_selection(asked)
    query = selected(selection)
    total = session.scalar(selected(replace(selection, after="")).with_only_columns(func.count())) or 0
    query = query.order_by(AnalyticalDocument.published_at, AnalyticalDocument.id)
    rows = session.scalars(query.limit(PAGE + 1)).all()
    if not rows:
        raise OaiError("noRecordsMatch", "No record fits.")
    told = Element(verb)
    told.extend(write(one) for one in rows[:PAGE])
    if len(rows) > PAGE or selection.cursor:
        token = SubElement(
            told, "resumptionToken", {"completeListSize": str(total), "cursor": str(selection.cursor)}
        )
        if len(rows) > PAGE:
            token.text = token_after(selection, rows[PAGE - 1], selection.cursor + PAGE)
    return told


_VERBS = {
    "Identify": _identify,
    "ListMetadataFormats": _list_formats,
    "ListSets": _list_sets,
    "GetRecord": _get_record,
    "ListRecords": _list_records,
    "ListIdentifiers": _list_identifiers,
}

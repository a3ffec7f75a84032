"""OAI-PMH 2.0: what aggregators ask, and what they are told. Nothing is kept between two requests."""

from __future__ import annotations

import base64
import binascii
import json
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from peer_visits.calls.models import Call, Programme
from peer_visits.library.describing import DC_SCHEMA, OAI_DC, XSI, as_xml, dublin_core, stamp, xml_text
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.queries import PUBLISHED, find_published, with_visit

OAI = "http://www.openarchives.org/OAI/2.0/"
PREFIX = "oai_dc"
PAGE = 100
_SET = "programme:"
_DAY, _SECOND = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_SELECTING = frozenset({"metadataPrefix", "from", "until", "set", "resumptionToken"})
# The arguments each verb may have.
_ALLOWED = {
    "Identify": frozenset[str](),
    "ListSets": frozenset({"resumptionToken"}),
    "ListMetadataFormats": frozenset({"identifier"}),
    "GetRecord": frozenset({"identifier", "metadataPrefix"}),
    "ListIdentifiers": _SELECTING,
    "ListRecords": _SELECTING,
}


class OaiError(Exception):
    """What is wrong with a request, by the protocol's own code."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


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


@dataclass(frozen=True)
class Selection:
    """Which records are listed, and after which one the list goes on."""

    first: str = ""
    last: str = ""
    of_set: str = ""
    after: str = ""
    after_id: str = ""
    cursor: int = 0


def answer(
    session: Session, repository: Repository, arguments: Sequence[tuple[str, str]], now: datetime
) -> str:
    """The whole answer to one request, an error among them."""
    root = Element("OAI-PMH", {"xmlns": OAI, f"{{{XSI}}}schemaLocation": f"{OAI} {OAI[:-1]}/OAI-PMH.xsd"})
    SubElement(root, "responseDate").text = stamp(now)
    request = SubElement(root, "request")
    request.text = repository.address
    try:
        verb, asked = _judge(arguments)
        root.append(_VERBS[verb](session, repository, asked))
        request.attrib.update({"verb": verb, **{name: xml_text(value) for name, value in asked.items()}})
    except OaiError as error:
        SubElement(root, "error", {"code": error.code}).text = xml_text(str(error))
    return as_xml(root)


def _judge(arguments: Sequence[tuple[str, str]]) -> tuple[str, dict[str, str]]:
    """The verb and its arguments, each of them once and allowed."""
    verbs = [value for name, value in arguments if name == "verb"]
    if len(verbs) != 1 or verbs[0] not in _ALLOWED:
        raise OaiError("badVerb", "There has to be one verb, and one of the six of the protocol.")
    rest = [(name, value) for name, value in arguments if name != "verb"]
    asked = dict(rest)
    if len(asked) != len(rest):
        raise OaiError("badArgument", "An argument stands there twice.")
    if not asked.keys() <= _ALLOWED[verbs[0]]:
        raise OaiError("badArgument", f"{verbs[0]} does not know one of the arguments.")
    if "resumptionToken" in asked and len(asked) > 1:
        raise OaiError("badArgument", "A resumptionToken stands alone.")
    return verbs[0], asked


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
        SubElement(one, "setSpec").text = _SET + slug
        SubElement(one, "setName").text = xml_text(name)
    if not len(told):
        raise OaiError("noSetHierarchy", "There is no programme yet.")
    return told


def _get_record(session: Session, repository: Repository, asked: Mapping[str, str]) -> Element:
    if asked.keys() != {"identifier", "metadataPrefix"}:
        raise OaiError("badArgument", "GetRecord needs identifier and metadataPrefix.")
    _check_prefix(asked["metadataPrefix"])
    told = Element("GetRecord")
    told.append(_record(repository, _find(session, repository, asked["identifier"])))
    return told


def _find(session: Session, repository: Repository, identifier: str) -> AnalyticalDocument:
    scheme = f"oai:{repository.host}:"
    slug = identifier.removeprefix(scheme) if identifier.startswith(scheme) else ""
    found = find_published(session, slug) if slug and "\0" not in slug else None
    if found is None:
        raise OaiError("idDoesNotExist", "There is no record of this identifier.")
    return found


def _check_prefix(prefix: str) -> None:
    if prefix != PREFIX:
        raise OaiError("cannotDisseminateFormat", f"The only format is {PREFIX}.")


def _list_records(session: Session, repository: Repository, asked: Mapping[str, str]) -> Element:
    return _list(session, asked, "ListRecords", lambda one: _record(repository, one))


def _list_identifiers(session: Session, repository: Repository, asked: Mapping[str, str]) -> Element:
    return _list(session, asked, "ListIdentifiers", lambda one: _header(repository, one))


def _list(
    session: Session, asked: Mapping[str, str], verb: str, write: Callable[[AnalyticalDocument], Element]
) -> Element:
    selection = _selection(asked)
    query = _selected(selection)
    total = session.scalar(_selected(replace(selection, after="")).with_only_columns(func.count())) or 0
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
            token.text = _token(selection, rows[PAGE - 1])
    return told


def _selected(selection: Selection) -> Select[Any]:
    query = with_visit(select(AnalyticalDocument)).join(Call.programme).where(PUBLISHED)
    moment = AnalyticalDocument.published_at
    if selection.first:
        query = query.where(moment >= _moment(selection.first))
    if selection.last:
        query = query.where(moment < _moment(selection.last) + _step(selection.last))
    if selection.of_set:
        query = query.where(Programme.slug == selection.of_set.removeprefix(_SET))
    if selection.after:
        after = datetime.fromisoformat(selection.after)
        later = and_(moment == after, AnalyticalDocument.id > uuid.UUID(selection.after_id))
        query = query.where(or_(moment > after, later))
    return query


def _selection(asked: Mapping[str, str]) -> Selection:
    if "resumptionToken" in asked:
        return _read_token(asked["resumptionToken"])
    if "metadataPrefix" not in asked:
        raise OaiError("badArgument", "metadataPrefix is missing.")
    _check_prefix(asked["metadataPrefix"])
    selection = Selection(asked.get("from", ""), asked.get("until", ""), asked.get("set", ""))
    _check_dates(selection.first, selection.last)
    if "\0" in selection.of_set or ("set" in asked and not selection.of_set.startswith(_SET)):
        raise OaiError("noRecordsMatch", "There is no such set.")
    return selection


def _check_dates(first: str, last: str) -> None:
    moments = [_moment(one) for one in (first, last) if one]
    if first and last and (len(first) != len(last) or moments[0] > moments[1]):
        raise OaiError("badArgument", "from and until have one granularity, and from is not the later.")


def _moment(value: str) -> datetime:
    if not (_DAY.fullmatch(value) or _SECOND.fullmatch(value)):
        raise OaiError("badArgument", "A date looks like 2026-05-04 or 2026-05-04T10:00:00Z.")
    try:
        moment = datetime.fromisoformat(value.removesuffix("Z")).replace(tzinfo=UTC)
    except ValueError as error:
        raise OaiError("badArgument", "There is no such date.") from error
    if not 1900 <= moment.year <= 3000:
        raise OaiError("badArgument", "No record is from that time.")
    return moment


def _step(value: str) -> timedelta:
    return timedelta(days=1) if _DAY.fullmatch(value) else timedelta(seconds=1)


def _token(selection: Selection, last: AnalyticalDocument) -> str:
    following = replace(
        selection,
        after=last.published_at.isoformat() if last.published_at else "",
        after_id=last.id.hex,
        cursor=selection.cursor + PAGE,
    )
    return base64.urlsafe_b64encode(json.dumps(list(vars(following).values())).encode()).decode()


def _read_token(token: str) -> Selection:
    """What a token stands for; whatever somebody made up is refused."""
    try:
        first, last, of_set, after, after_id, cursor = json.loads(base64.urlsafe_b64decode(token))
        selection = Selection(str(first), str(last), str(of_set), str(after), str(after_id), int(cursor))
        uuid.UUID(selection.after_id)
        _check_dates(selection.first, selection.last)
        is_whole = datetime.fromisoformat(selection.after).tzinfo is not None and "\0" not in selection.of_set
    except (ValueError, TypeError, binascii.Error, OverflowError, RecursionError, OaiError) as error:
        raise OaiError("badResumptionToken", "This token is not one of ours.") from error
    if not is_whole:
        raise OaiError("badResumptionToken", "This token is not one of ours.")
    return selection


def _header(repository: Repository, document: AnalyticalDocument) -> Element:
    header = Element("header")
    SubElement(header, "identifier").text = f"oai:{repository.host}:{document.slug}"
    SubElement(header, "datestamp").text = stamp(document.published_at or datetime.min.replace(tzinfo=UTC))
    SubElement(header, "setSpec").text = _SET + document.visit.call.programme.slug
    return header


def _record(repository: Repository, document: AnalyticalDocument) -> Element:
    record = Element("record")
    record.append(_header(repository, document))
    url = f"{repository.site}/library/{document.slug}"
    SubElement(record, "metadata").append(dublin_core(document, url))
    return record


_VERBS = {
    "Identify": _identify,
    "ListMetadataFormats": _list_formats,
    "ListSets": _list_sets,
    "GetRecord": _get_record,
    "ListRecords": _list_records,
    "ListIdentifiers": _list_identifiers,
}

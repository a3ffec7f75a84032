"""Citations, feed and linked data read by a second program each, and OAI-PMH held against the rules of its schema.

The first readers are in `test_sharing.py`. The schema of OAI-PMH is not in any package that could be installed here, so
what it demands of an answer is written down below.
"""

from __future__ import annotations

import json
import re

import fastfeedparser  # type: ignore[import-untyped]
import pytest
from citeproc import (  # type: ignore[import-untyped]
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON  # type: ignore[import-untyped]
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree  # type: ignore[import-untyped]
from pybtex.database import parse_string  # type: ignore[import-untyped]
from rdflib import Graph, Literal, URIRef

from tests.library.test_sharing import TITLE, publish, small_pages

__all__ = ["small_pages"]
SCHEMA_ORG = "https://schema.org/"
OAI = "{http://www.openarchives.org/OAI/2.0/}"
OAI_DC = "{http://www.openarchives.org/OAI/2.0/oai_dc/}"
DC = "{http://purl.org/dc/elements/1.1/}"
SCHEMA_PLACE = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
ELEMENTS = frozenset(
    re.split(
        " ",
        "title creator subject description publisher contributor date type format identifier source language "
        "relation coverage rights",
    )
)
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
# Each element with its children in their order: ? at most one, + one and more, * any number.
CHILDREN = {
    "OAI-PMH": "responseDate request "
    "(error+|Identify|ListMetadataFormats|ListSets|GetRecord|ListIdentifiers|ListRecords)",
    "Identify": "repositoryName baseURL protocolVersion adminEmail+ earliestDatestamp deletedRecord granularity "
    "compression* description*",
    "ListMetadataFormats": "metadataFormat+",
    "metadataFormat": "metadataPrefix schema metadataNamespace",
    "ListSets": "set+ resumptionToken?",
    "set": "setSpec setName setDescription*",
    "GetRecord": "record",
    "ListRecords": "record+ resumptionToken?",
    "ListIdentifiers": "header+ resumptionToken?",
    "record": "header metadata? about*",
    "header": "identifier datestamp setSpec*",
}
TEXTS = {
    "responseDate": MOMENT,
    "datestamp": MOMENT,
    "earliestDatestamp": MOMENT,
    "protocolVersion": r"2\.0",
    "adminEmail": r"\S+@\S+",
    "deletedRecord": "no|persistent|transient",
    "granularity": "YYYY-MM-DDThh:mm:ssZ|YYYY-MM-DD",
    "identifier": r"oai:[a-zA-Z][a-zA-Z0-9.\-]*:\S+",
    "setSpec": r"[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*",
    "metadataPrefix": r"[A-Za-z0-9\-_.!~*'()]+",
}


def test_bibtex_is_read_by_pybtex(client: FlaskClient, app: Flask) -> None:
    [slug] = publish()
    entry = parse_string(client.get(f"/library/{slug}/cite/bibtex").text, "bibtex").entries[slug]
    assert entry.type == "techreport"
    assert [str(person) for person in entry.persons["author"]] == ["Example, Ada", "Παππά, Βασιλική"]
    assert (entry.fields["doi"], entry.fields["year"]) == ("10.5281/zenodo.1234567", "2026")


def test_csl_json_is_set_by_a_citation_processor(client: FlaskClient, app: Flask) -> None:
    [slug] = publish()
    source = CiteProcJSON(json.loads(client.get(f"/library/{slug}/cite/csl").text))
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, source, formatter.plain)
    bibliography.register(Citation([CitationItem(slug)]))
    line = str(bibliography.bibliography()[0])
    for part in ("Example", "Παππά", "2026", "Łódź"):
        assert part in line, line


def test_linked_data_is_read_by_rdflib(client: FlaskClient, app: Flask) -> None:
    [slug] = publish()
    [script] = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', client.get(f"/library/{slug}").text
    )
    graph = Graph()
    # The context is not fetched: its vocabulary stands in for it.
    graph.parse(data=json.dumps({**json.loads(script), "@context": {"@vocab": SCHEMA_ORG}}), format="json-ld")
    report = URIRef("https://doi.org/10.5281/zenodo.1234567")
    assert (report, URIRef(f"{SCHEMA_ORG}name"), Literal(TITLE)) in graph
    authors = graph.objects(report, URIRef(f"{SCHEMA_ORG}author"))
    names = {str(graph.value(one, URIRef(f"{SCHEMA_ORG}name"))) for one in authors}
    assert names == {"Ada Example", "Βασιλική Παππά"}


def test_the_feed_is_read_by_another_parser(client: FlaskClient, app: Flask) -> None:
    slugs = publish(3)
    feed = fastfeedparser.parse(client.get("/library/feed.atom").text)
    assert [one["link"].rsplit("/", 1)[-1] for one in feed.entries] == slugs[::-1]
    assert all(one["id"] and one["title"] and one["updated"] for one in feed.entries)


ASKED = (
    "verb=Identify",
    "verb=ListMetadataFormats",
    "verb=ListSets",
    "verb=ListRecords&metadataPrefix=oai_dc",
    "verb=ListIdentifiers&metadataPrefix=oai_dc",
    "verb=Nothing",
    "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:localhost:none",
    "verb=ListRecords&metadataPrefix=oai_dc&until=2019-01-01",
)


@pytest.mark.parametrize("query", ASKED)
def test_answers_to_harvesters_hold_to_the_schema(
    client: FlaskClient, app: Flask, small_pages: None, query: str
) -> None:
    publish(3)
    check(etree.fromstring(client.get(f"/oai?{query}").data))


def test_one_record_and_the_last_page_hold_to_the_schema(
    client: FlaskClient, app: Flask, small_pages: None
) -> None:
    [slug, *_more] = publish(3)
    check(
        etree.fromstring(
            client.get(f"/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:localhost:{slug}").data
        )
    )
    first = etree.fromstring(client.get("/oai?verb=ListRecords&metadataPrefix=oai_dc").data)
    token = first.findtext(f"{OAI}ListRecords/{OAI}resumptionToken")
    check(
        etree.fromstring(
            client.get("/oai", query_string={"verb": "ListRecords", "resumptionToken": token}).data
        )
    )


def test_the_check_finds_what_is_wrong(client: FlaskClient, app: Flask) -> None:
    publish(1)
    sound = client.get("/oai?verb=ListRecords&metadataPrefix=oai_dc").text
    for right, wrong in (
        ("<responseDate>", "<responseDate>on "),
        ("</header><metadata>", "</header><about/><metadata>"),
        ("<dc:title>", "<dc:titel/><dc:title>"),
    ):
        assert right in sound
        with pytest.raises(AssertionError):
            check(etree.fromstring(sound.replace(right, wrong, 1).encode()))


def check(root: etree._Element) -> None:
    """Hold an answer against the rules; fails with the element that breaks one."""
    assert root.tag == f"{OAI}OAI-PMH"
    assert "http://www.openarchives.org/OAI/2.0/ " in root.get(SCHEMA_PLACE, "")
    for element in root.iter(f"{OAI}*"):
        name = etree.QName(element).localname
        if name == "metadata":
            _check_dublin_core(element)
        elif name in CHILDREN:
            found = "".join(f"{etree.QName(child).localname} " for child in element)
            assert re.fullmatch(_pattern(CHILDREN[name]), found), (name, found)
        elif name in TEXTS:
            assert re.fullmatch(TEXTS[name], element.text or ""), (name, element.text)


def _pattern(children: str) -> str:
    """`a b? (c+|d)` as a pattern over names, each with a blank behind it."""
    return "".join(re.sub(r"([A-Za-z]+)([?+*]?)", r"(?:\1 )\2", part) for part in children.split(" "))


def _check_dublin_core(metadata: etree._Element) -> None:
    [record] = metadata
    assert record.tag == f"{OAI_DC}dc"
    assert record.get(SCHEMA_PLACE, "").split() == [
        OAI_DC.strip("{}"),
        "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
    ]
    for element in record:
        assert element.tag in {f"{DC}{name}" for name in ELEMENTS}, element.tag
        assert len(element) == 0

"""Citations, feed and OAI-PMH, read by parsers that others have written: bibtexparser, feedparser, Sickle, PyLD."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import bibtexparser
import feedparser
import pytest
from bibtexparser.bparser import BibTexParser
from bibtexparser.customization import convert_to_unicode
from flask import Flask
from flask.testing import FlaskClient
from pyld import jsonld
from sickle import Sickle
from sickle.response import OAIResponse

from peer_visits.library.harvesting import answering
from peer_visits.library.models import AnalyticalDocument, DocumentTopic
from peer_visits.library.states import DocumentState
from peer_visits.storage.transaction import writing
from tests.support.factories import NOW, make_call, make_programme, make_visit
from tests.support.library_factories import make_document

TITLE = 'Łódź & Šibenik: 50% "reuse" of #1_places {for} $5 <b>'
DETAILS: dict[str, Any] = {
    "title": TITLE,
    "authors": "Ada Example, Βασιλική Παππά",
    "dated": date(2026, 4, 30),
    "summary": "In short: a & b.",
    "licence": "CC BY 4.0",
    "doi": "10.5281/zenodo.1234567",
    "language": "en",
}


def publish(count: int = 1, **values: Any) -> list[str]:
    """So many documents, published a second after another; their slugs."""
    with writing() as session:
        call = make_call(session, make_programme(session))
        documents = [
            make_document(
                session,
                make_visit(session, call),
                DocumentState.PUBLISHED,
                published_at=NOW + timedelta(seconds=number),
                topics=[DocumentTopic(topic="Reuse")],
                **{**DETAILS, **values},
            )
            for number in range(count)
        ]
        return [one.slug for one in documents]


class Harvester(Sickle):
    """Sickle, asking the application itself."""

    def __init__(self, client: FlaskClient, method: str = "GET") -> None:
        super().__init__("http://localhost/oai")
        self.client, self.method = client, method

    def harvest(self, **asked: Any) -> OAIResponse:
        sent: dict[str, Any] = {"query_string": asked} if self.method == "GET" else {"data": asked}
        answer = self.client.open("/oai", method=self.method, **sent)
        assert answer.status_code == 200
        return OAIResponse(SimpleNamespace(content=answer.data, text=answer.text), asked)


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "PAGE", 2)


def test_bibtex_is_read_back(client: FlaskClient, app: Flask) -> None:
    [slug] = publish()
    text = client.get(f"/library/{slug}/cite/bibtex").text
    parser = BibTexParser(customization=convert_to_unicode, ignore_nonstandard_types=False)
    [found] = bibtexparser.loads(text, parser=parser).entries
    assert (found["ENTRYTYPE"], found["ID"], found["year"]) == ("techreport", slug, "2026")
    assert found["author"] == "Ada Example and Βασιλική Παππά"
    assert found["doi"] == "10.5281/zenodo.1234567"
    assert "Łódź" in found["title"]


def test_csl_json_names_everything(client: FlaskClient, app: Flask) -> None:
    [slug] = publish()
    [item] = json.loads(client.get(f"/library/{slug}/cite/csl").text)
    assert (item["type"], item["title"], item["DOI"]) == ("report", TITLE, "10.5281/zenodo.1234567")
    assert item["issued"] == {"date-parts": [[2026, 4, 30]]}
    assert [one["literal"] for one in item["author"]] == ["Ada Example", "Βασιλική Παππά"]


def test_dublin_core_is_xml_with_the_elements(client: FlaskClient, app: Flask) -> None:
    [slug] = publish()
    root = ET.fromstring(client.get(f"/library/{slug}/cite/dublin-core").data)
    assert root.findtext("{http://purl.org/dc/elements/1.1/}title") == TITLE
    assert root.findtext("{http://purl.org/dc/elements/1.1/}rights", "").startswith(
        "https://creativecommons.org/"
    )
    assert client.get(f"/library/{slug}/cite/word").status_code == 404


def test_the_page_describes_itself_as_linked_data(client: FlaskClient, app: Flask) -> None:
    [slug] = publish()
    [script] = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', client.get(f"/library/{slug}").text
    )
    data = {**json.loads(script), "@context": {"@vocab": "https://schema.org/"}}
    [node] = jsonld.expand(data)
    assert node["@type"] == ["https://schema.org/Report"]
    assert node["@id"] == "https://doi.org/10.5281/zenodo.1234567"
    assert node["https://schema.org/name"] == [{"@value": TITLE}]
    assert [one["https://schema.org/name"][0]["@value"] for one in node["https://schema.org/author"]] == [
        "Ada Example",
        "Βασιλική Παππά",
    ]


def test_the_feed_is_well_formed_and_the_newest_comes_first(client: FlaskClient, app: Flask) -> None:
    slugs = publish(3)
    answer = client.get("/library/feed.atom")
    feed = feedparser.parse(answer.data)
    assert feed.bozo == 0
    assert feed.version == "atom10"
    assert [one.link.rsplit("/", 1)[-1] for one in feed.entries] == slugs[::-1]
    first = feed.entries[0]
    assert "Łódź & Šibenik" in first.title.replace("&amp;", "&")
    assert first.enclosures[0].href.endswith("/download")
    assert len({one.id for one in feed.entries}) == 3


def test_an_empty_library_has_a_feed(client: FlaskClient, app: Flask) -> None:
    assert feedparser.parse(client.get("/library/feed.atom").data).bozo == 0


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_harvester_gets_every_record_page_by_page(
    client: FlaskClient, app: Flask, small_pages: None, method: str
) -> None:
    slugs = publish(5)
    harvester = Harvester(client, method)
    records = list(harvester.ListRecords(metadataPrefix="oai_dc"))
    assert [one.header.identifier for one in records] == [f"oai:localhost:{slug}" for slug in slugs]
    assert records[0].metadata["title"] == [TITLE]
    assert records[0].metadata["subject"] == ["Reuse"]
    headers = list(harvester.ListIdentifiers(metadataPrefix="oai_dc"))
    assert [one.identifier for one in headers] == [one.header.identifier for one in records]
    one = harvester.GetRecord(identifier=headers[2].identifier, metadataPrefix="oai_dc")
    assert one.header.datestamp == "2026-05-04T10:00:02Z"
    assert [one.metadataPrefix for one in harvester.ListMetadataFormats()] == ["oai_dc"]
    identify = harvester.Identify()
    assert (identify.protocolVersion, identify.earliestDatestamp) == ("2.0", "2026-05-04T10:00:00Z")


def test_records_are_chosen_by_date_and_programme(client: FlaskClient, app: Flask, small_pages: None) -> None:
    slugs = publish(5)
    publish(1)
    harvester = Harvester(client)
    [name, _other] = [one.setSpec for one in harvester.ListSets()]
    asked = {"metadataPrefix": "oai_dc", "from": "2026-05-04T10:00:01Z", "until": "2026-05-04T10:00:03Z"}
    found = [one.identifier for one in harvester.ListIdentifiers(set=name, **asked)]
    assert found == [f"oai:localhost:{slug}" for slug in slugs[1:4]]
    whole_day = {"metadataPrefix": "oai_dc", "from": "2026-05-04", "until": "2026-05-04"}
    assert len(list(harvester.ListIdentifiers(**whole_day))) == 6


WRONG = {
    "": "badVerb",
    "verb=Nothing": "badVerb",
    "verb=Identify&verb=Identify": "badVerb",
    "verb=Identify&x=1": "badArgument",
    "verb=ListRecords": "badArgument",
    "verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc": "badArgument",
    "verb=ListRecords&metadataPrefix=marc": "cannotDisseminateFormat",
    "verb=ListRecords&metadataPrefix=oai_dc&from=2026-13-01": "badArgument",
    "verb=ListRecords&metadataPrefix=oai_dc&from=yesterday": "badArgument",
    "verb=ListRecords&metadataPrefix=oai_dc&until=9999-12-31": "badArgument",
    "verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-02&until=2026-01-01": "badArgument",
    "verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01&until=2026-01-02T00:00:00Z": "badArgument",
    "verb=ListRecords&metadataPrefix=oai_dc&until=2019-01-01": "noRecordsMatch",
    "verb=ListRecords&metadataPrefix=oai_dc&set=%00": "noRecordsMatch",
    "verb=ListRecords&metadataPrefix=oai_dc&set=programme:none": "noRecordsMatch",
    "verb=ListRecords&resumptionToken=x": "badResumptionToken",
    "verb=ListRecords&resumptionToken=W10=": "badResumptionToken",
    "verb=ListRecords&resumptionToken=%FF%00": "badResumptionToken",
    "verb=ListRecords&resumptionToken=x&metadataPrefix=oai_dc": "badArgument",
    "verb=ListSets&resumptionToken=x": "badResumptionToken",
    "verb=GetRecord&metadataPrefix=oai_dc": "badArgument",
    "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:localhost:none": "idDoesNotExist",
    "verb=GetRecord&metadataPrefix=oai_dc&identifier=%00": "idDoesNotExist",
    "verb=GetRecord&metadataPrefix=marc&identifier=oai:localhost:none": "cannotDisseminateFormat",
    "verb=ListMetadataFormats&identifier=none": "idDoesNotExist",
}


@pytest.mark.parametrize("query", WRONG)
def test_what_is_asked_wrongly_gets_the_code_of_the_protocol(
    client: FlaskClient, app: Flask, query: str
) -> None:
    publish()
    root = ET.fromstring(client.get(f"/oai?{query}").data)
    [error] = root.findall("{http://www.openarchives.org/OAI/2.0/}error")
    assert error.get("code") == WRONG[query]


def test_what_is_not_published_is_nowhere(client: FlaskClient, app: Flask) -> None:
    with writing() as session:
        document: AnalyticalDocument = make_document(session, make_visit(session, make_call(session)))
        slug = document.slug
    for address in (f"/library/{slug}/cite/bibtex", f"/library/{slug}/cover", f"/library/{slug}/editions/1"):
        assert client.get(address).status_code == 404
    assert slug not in client.get("/library/feed.atom").text
    assert "noRecordsMatch" in client.get("/oai?verb=ListRecords&metadataPrefix=oai_dc").text


def test_people_read_where_to_follow_it(client: FlaskClient) -> None:
    assert "Nothing is published yet" in client.get("/library/feeds").text
    publish()
    page = client.get("/library/feeds").text
    assert "http://localhost/library/feed.atom" in page
    assert "http://localhost/oai" in page
    assert "Nothing is published yet" not in page
    assert "/library/feeds" in client.get("/library").text

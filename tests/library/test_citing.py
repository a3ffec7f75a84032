"""How a document is cited and described; what is unknown is left out."""

from __future__ import annotations

from datetime import date

from peer_visits.calls.models import Call, Programme
from peer_visits.library.citing import citation, report_data
from peer_visits.library.models import AnalyticalDocument
from peer_visits.visits.models import Visit


def make(**values: object) -> AnalyticalDocument:
    programme = Programme(name="Heritage in Action")
    visit = Visit(
        host_name="City of Tampere", called_title="Adopt a monument", call=Call(programme=programme)
    )
    fields = {"title": "", "authors": "", "summary": "", "language": "en", "licence": "", "is_sample": False}
    return AnalyticalDocument(visit=visit, **{**fields, **values})


def test_a_citation_names_authors_year_title_programme() -> None:
    document = make(title="Adopt!", authors="Ada Example, Bo Example", dated=date(2021, 5, 27))
    assert citation(document) == "Ada Example, Bo Example (2021): Adopt! Heritage in Action."


def test_without_authors_the_host_is_cited() -> None:
    assert citation(make()) == "City of Tampere: Adopt a monument. Heritage in Action."


def test_what_is_known_is_told_to_search_engines() -> None:
    document = make(
        title="Adopt", authors="Ada Example, Bo Example", dated=date(2021, 5, 27), licence="CC0 1.0"
    )
    data = report_data(document, "https://x.example/library/a", "https://x.example/share/a.png")
    assert data["@type"] == "Report"
    assert [one["name"] for one in data["author"]] == ["Ada Example", "Bo Example"]
    assert (data["datePublished"], data["license"]) == (
        "2021-05-27",
        "https://creativecommons.org/publicdomain/zero/1.0/",
    )


def test_what_is_unknown_is_not_told() -> None:
    data = report_data(make(), "https://x.example/library/a", "https://x.example/share/a.png")
    assert not {"author", "datePublished", "license", "numberOfPages", "abstract"} & set(data)

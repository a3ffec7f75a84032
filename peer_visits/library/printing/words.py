"""The words a report has around what its authors wrote: in its own language where we speak it, else in English."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from babel import Locale

from peer_visits.accounts.models import OrganisationKind
from peer_visits.library.citing import LICENCE_ADDRESSES
from peer_visits.library.printing.values import PrintedReport
from peer_visits.outbox.wording.speech import Speech, known_language
from peer_visits.visits.models import Visit
from peer_visits.web.series import Series

_FIXED = {
    "kind": "Analytical Document",
    "sample": "Sample with invented content",
    "contents": "Contents",
    "summary": "Summary",
    "figures": "The visit in figures",
    "agenda": "Agenda of the visit",
    "picture": "Picture",
    "time": "Time",
    "what": "What",
    "who": "Who",
    "commitments": "What participants will do at home",
    "commitments_note": "In their own words, shown because they agreed to it.",
}
_KINDS = {
    OrganisationKind.LOCAL: "Local authority",
    OrganisationKind.REGIONAL: "Regional authority",
    OrganisationKind.NATIONAL: "National body",
    OrganisationKind.CIVIL: "Civil society or cultural organisation",
    OrganisationKind.OTHER: "Other",
}


class Fact(NamedTuple):
    """A line of the cover: what it tells, in words, and where it leads if anywhere."""

    label: str
    words: str
    to: str = ""


class Words:
    """Our own words around a report in this language."""

    def __init__(self, language: str) -> None:
        self.language = known_language(language)
        self._speech = Speech(self.language, "UTC")
        self.fixed = {name: self.say(english) for name, english in _FIXED.items()}

    def say(self, english: str) -> str:
        """One of our own words by its English."""
        return self._speech.words(english)

    def days(self, visit: Visit) -> str:
        """When a visit was held; nothing if no source says so."""
        first = visit.held_starts_on
        return self._speech.days(first, visit.held_ends_on) if first else ""

    def kind(self, code: str) -> str:
        """A kind of organisation."""
        return self.say(_KINDS[OrganisationKind(code)])

    def weekday(self, day: date) -> str:
        """Monday 8 February 2021, as a heading begins."""
        said = self._speech.weekday(day)
        return said[:1].upper() + said[1:]

    def place(self, report: PrintedReport) -> str:
        """The place with its country."""
        return f"{report.place}, {self.country(report.country)}" if report.country else report.place

    def country(self, code: str) -> str:
        """The name of a country."""
        return str(Locale.parse(self._speech.locale).territories.get(code.upper(), code))

    def hosted_by(self, report: PrintedReport) -> str:
        """The line of the host, where there is none of its own."""
        return self._speech.words("Peer-learning visit hosted by %(host)s", host=report.host)

    def picture(self, series: Series) -> str:
        """What the bars of a series show, for those who do not see them."""
        rows = "; ".join(f"{label}: {', '.join(map(str, numbers))}" for label, numbers in series.rows)
        return self._speech.words("Bars: %(title)s. %(rows)s.", title=series.title, rows=rows or "–")

    def facts(self, report: PrintedReport) -> list[Fact]:
        """What the cover tells of the report; what is not known is left out."""
        return [fact for fact in self._all_facts(report) if fact.words]

    def _all_facts(self, report: PrintedReport) -> Iterator[Fact]:
        say = self.say
        yield Fact(say("Visit"), report.visit if report.visit != report.title else "")
        yield Fact(say("Held"), report.dates)
        yield Fact(say("Authors"), ", ".join(report.authors))
        yield Fact(say("Date"), self._speech.day(report.dated) if report.dated else "")
        yield Fact(say("Edition"), str(report.edition) if report.edition > 1 else "")
        yield Fact(say("Programme"), report.programme)
        yield Fact(say("Licence"), report.licence, LICENCE_ADDRESSES.get(report.licence, ""))
        yield Fact("DOI", report.doi, f"https://doi.org/{report.doi}" if report.doi else "")

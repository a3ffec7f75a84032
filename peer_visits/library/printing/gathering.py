"""A report put together: what is written, what is known of its visit, and what other rooms tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from peer_visits.library.citing import authors_of, title_of
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.printing.queries import Participants, count_participants
from peer_visits.library.printing.sources import Sources
from peer_visits.library.printing.values import AgendaLine, PrintedReport, PrintedSection
from peer_visits.library.printing.words import Words
from peer_visits.web.series import Series

# With fewer participants their figures could point at somebody.
FEWEST = 5


def gather_report(
    session: Session,
    document: AnalyticalDocument,
    sections: Sequence[PrintedSection],
    sources: Sources,
) -> PrintedReport:
    """Everything a report says; its visit is at hand. One statement, and those of the sources."""
    visit, words = document.visit, Words(document.language)
    return PrintedReport(
        title=title_of(document),
        slug=visit.slug,
        visit=visit.title,
        host=visit.host_name,
        place=visit.place,
        country=visit.country,
        programme=visit.call.programme.name,
        language=document.language,
        tag_line=document.tag_line,
        host_line=document.host_line,
        dates=words.days(visit),
        authors=tuple(authors_of(document)),
        dated=document.dated,
        edition=document.edition,
        licence=document.licence,
        doi=document.doi,
        summary=document.summary,
        sections=tuple(sections),
        figures=_figures(count_participants(session, visit.id), words),
        agenda=tuple(_line(item, ZoneInfo(visit.zone)) for item in sources.agenda(session, visit)),
        commitments=tuple(sources.commitments(session, visit)),
        is_sample=document.is_sample,
    )


def _line(item: Mapping[str, Any], zone: ZoneInfo) -> AgendaLine:
    starts, ends = (item[name].astimezone(zone) for name in ("starts_at", "ends_at"))
    return AgendaLine(starts.date(), f"{starts:%H:%M}", f"{ends:%H:%M}", item["title"], item["speaker"])


def _figures(participants: Participants, words: Words) -> tuple[Series, ...]:
    if participants.number < FEWEST:
        return ()
    say = words.say
    people = (say("Participants"),)
    countries = _rows(participants.countries, words.country, words)
    kinds = _rows(participants.kinds, words.kind, words)
    return (
        Series(say("Participants by country"), say("Country"), people, countries),
        Series(say("Participants by kind of organisation"), say("Kind of organisation"), people, kinds),
    )


def _rows(
    counts: Counter[str], name: Callable[[str], str], words: Words
) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """The largest first, what was not said last."""
    named = [(name(code) if code else words.say("not said"), code, number) for code, number in counts.items()]
    ordered = sorted(named, key=lambda one: (one[1] == "", -one[2], one[0]))
    return tuple((label, (number,)) for label, _code, number in ordered)

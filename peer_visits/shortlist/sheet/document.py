"""The selection sheet as a document: a tagged PDF (PDF/UA-1) to file or to print."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from peer_visits.shortlist.sheet import words
from peer_visits.shortlist.sheet.content import Sheet, SheetReading, SheetRow
from peer_visits.web.formats import country, moment, number, say
from peer_visits.web.typesetting import typeset

# With more criteria their heads would not fit beside each other: numbers stand in, told above the tables.
MOST_TITLES = 4

_SOURCE = r"""
#let data = json(bytes(sys.inputs.data))
#let (ink, soft, hairline, wash) = ("16202b", "5a6472", "d9dfde", "eef2f1").map(rgb)
#set document(title: data.title, author: "Peer Visits")
#set text(lang: data.language, size: 9.5pt, fill: ink)
#set par(leading: 0.65em)
#set page(
  paper: "a4",
  flipped: true,
  margin: (x: 16mm, top: 16mm, bottom: 20mm),
  footer: context [
    #line(length: 100%, stroke: 0.6pt + hairline)
    #text(size: 8pt, fill: soft)[#data.foot #h(1fr) #counter(page).display("1 / 1", both: true)]
  ],
)
#show heading.where(level: 1): set text(size: 19pt)
#show heading.where(level: 2): set text(size: 13pt)
#show heading.where(level: 2): set block(above: 8mm, below: 3.5mm)
#show heading.where(level: 3): set text(size: 10pt)
#show heading.where(level: 3): set block(above: 5mm, below: 2mm)
#set table(stroke: (x, y) => (bottom: (if y == 0 { 1pt + ink } else { 0.5pt + hairline })), inset: (x: 4pt, y: 4pt))
#let grid_of(one) = table(
  columns: one.widths.map(width => if width == 0 { auto } else { width * 1fr }),
  align: one.align.map(word => if word == "right" { right } else { left }),
  table.header(..one.heads.map(head => strong(head))),
  ..one.rows.flatten().map(cell => [#cell]),
)

#text(fill: soft)[#data.call]
#heading(level: 1, data.title)
#for one in data.facts [#text(fill: soft)[#one.label:] #one.words #linebreak()]
#parbreak()
#data.sentence
#for pile in data.piles [
  #heading(level: 2, pile.title)
  #if pile.table.rows.len() > 0 { grid_of(pile.table) } else { text(fill: soft, pile.empty) }
]
#if data.applicants.len() > 0 [
  #heading(level: 2, data.readings_title)
  #for one in data.applicants [
    #heading(level: 3, one.title)
    #for line in one.lines [
      #strong(line.who) #text(fill: soft)[#line.facts]
      #if line.note != "" [#linebreak() #line.note]
      #parbreak()
    ]
  ]
]
#heading(level: 2, data.decisions.title)
#let decisions = data.decisions
#if decisions.table.rows.len() > 0 { grid_of(decisions.table) } else { text(fill: soft, decisions.empty) }
"""


def sheet_pdf(sheet: Sheet, now: datetime) -> bytes:
    """The document. Raises NotSet if it cannot be made."""
    return typeset(_SOURCE, _data(sheet, now))


def _data(sheet: Sheet, now: datetime) -> dict[str, object]:
    visit = sheet.visit
    facts = [
        (_("Visit"), visit.title),
        (_("Host"), visit.host_name),
        (_("Places"), number(visit.capacity)),
        *_numbered(sheet),
    ]
    return {
        "title": words.title(sheet),
        "call": visit.call.title,
        "language": "en",
        "foot": _("%(title)s, as it stood %(moment)s", title=words.title(sheet), moment=moment(now)),
        "facts": [{"label": label, "words": value} for label, value in facts],
        "sentence": say(sheet.sentence),
        "piles": [_pile(sheet, pile) for pile in words.PILES],
        "readings_title": _("What readers said"),
        "applicants": [_applicant(row) for row in sheet.rows if row.readings or row.conflicts],
        "decisions": {
            "title": _("Who decided what, and when"),
            "table": {
                "widths": [0, 1, 3],
                "align": ["left"] * 3,
                "heads": [_("When"), _("Who"), _("What")],
                "rows": [
                    [words.when(one), words.who(one), words.what_was_done(one)] for one in sheet.decisions
                ],
            },
            "empty": _("Nothing is decided yet."),
        },
    }


def _numbered(sheet: Sheet) -> list[tuple[str, str]]:
    if len(sheet.criteria) <= MOST_TITLES:
        return []
    return [
        (_("Criterion %(number)s", number=at), one.title) for at, one in enumerate(sheet.criteria, start=1)
    ]


def _pile(sheet: Sheet, pile: object) -> dict[str, object]:
    rows = [row for row in sheet.rows if row.proposal == pile]
    titles = [one.title for one in sheet.criteria]
    if len(titles) > MOST_TITLES:
        titles = [str(at) for at in range(1, len(titles) + 1)]
    heads = [
        _("Place"),
        _("Applicant"),
        _("Country"),
        _("Kind of organisation"),
        *titles,
        _("Mean score"),
        _("Adjusted score"),
        _("Readings"),
    ]
    name = next(name for one, name in words.PILES.items() if one == pile)
    return {
        "title": f"{name} ({len(rows)})",
        "empty": _("Nobody"),
        "table": {
            "widths": [0, 3, 1, 2, *([0] * len(titles)), 0, 0, 0],
            "align": ["right", "left", "left", "left", *(["right"] * (len(titles) + 3))],
            "heads": heads,
            "rows": [_line(row) for row in rows],
        },
    }


def _line(row: SheetRow) -> list[str]:
    score = row.score
    return [
        str(row.place or ""),
        ", ".join(part for part in (row.seen.label, row.seen.organisation) if part),
        country(row.seen.country),
        words.kind(row.seen.organisation_kind),
        *("" if mean is None else f"{mean:.1f}" for mean in row.means),
        f"{score.raw:.0f}" if score else "",
        f"{score.adjusted:.0f} ± {score.uncertainty:.0f}" if score else "",
        str(score.readings) if score else "",
    ]


def _applicant(row: SheetRow) -> dict[str, object]:
    lines = [_said(reading) for reading in row.readings]
    lines += [{"who": name, "facts": _("Conflict of interest"), "note": ""} for name in row.conflicts]
    return {"title": row.seen.label, "lines": lines}


def _said(reading: SheetReading) -> dict[str, str]:
    return {"who": reading.reader, "facts": " · ".join(_facts(reading)), "note": reading.note}


def _facts(reading: SheetReading) -> Sequence[str]:
    points = "" if reading.points is None else _("score %(points)s", points=f"{reading.points:.0f}")
    return [part for part in (points, words.advice(reading), words.when(reading)) if part]

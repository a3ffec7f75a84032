"""The agenda on paper: a tagged PDF (PDF/UA-1), day by day. Links for participants are never on it."""

from __future__ import annotations

from flask_babel import gettext as _

from peer_visits.agenda.models import AgendaRelease
from peer_visits.agenda.releases import Item, released_items
from peer_visits.agenda.showing.present import by_day
from peer_visits.agenda.words import kind_names
from peer_visits.visits.models import Visit
from peer_visits.web.formats import clock, local_day, moment, weekday, weekday_short, zone_name
from peer_visits.web.typesetting import typeset

_SOURCE = r"""
#let data = json(bytes(sys.inputs.data))
#let (ink, soft, hairline, action) = ("16202b", "5a6472", "d9dfde", "1f5f5b").map(rgb)
#set document(title: data.title, author: "Peer Visits")
#set text(lang: data.language, size: 10.5pt, fill: ink)
#set par(leading: 0.7em)
#set page(
  paper: "a4",
  margin: (x: 20mm, top: 20mm, bottom: 24mm),
  footer: context [
    #line(length: 100%, stroke: 0.6pt + hairline)
    #text(size: 8.5pt, fill: soft)[#data.foot #h(1fr) #counter(page).display("1 / 1", both: true)]
  ],
)
#show heading.where(level: 1): set text(size: 20pt)
#show heading.where(level: 2): set text(size: 13pt, fill: action)
#show heading.where(level: 2): set block(above: 9mm, below: 4mm)
#show heading.where(level: 3): set text(size: 11pt)
#show heading.where(level: 3): set block(above: 4.5mm, below: 2mm)
#let paragraphs(text) = for part in text.split("\n") { if part.trim() == "" { parbreak() } else { part; linebreak() } }

#text(fill: soft)[#data.place]
#heading(level: 1, data.title)
#text(fill: soft)[#data.zones]
#for day in data.days [
  #heading(level: 2, day.title)
  #for one in day.sessions [
    #block(breakable: false, width: 100%, below: 4mm)[
      #line(length: 100%, stroke: 0.5pt + hairline)
      #heading(level: 3)[#one.time #h(4mm) #one.title]
      #text(fill: soft)[#one.facts]
    ]
    #paragraphs(one.text)
  ]
]
#if data.days.len() == 0 { data.empty }
"""


def agenda_pdf(visit: Visit, release: AgendaRelease, own_zone: str) -> bytes:
    """The document, with the clock of `own_zone` beside the visit's where one is given. Raises NotSet."""
    items = released_items(release)
    at = items[0]["starts_at"] if items else release.published_at
    zones = _("Times in %(zone)s.", zone=zone_name(visit.zone, at))
    if own_zone:
        own = _("Your own time, that of %(zone)s, stands beside them.", zone=zone_name(own_zone, at))
        zones = f"{zones} {own}"
    return typeset(
        _SOURCE,
        {
            "title": visit.title,
            "place": f"{visit.place} · {visit.host_name}",
            "language": "en",
            "zones": zones,
            "foot": _(
                "Agenda, release %(number)s of %(moment)s",
                number=release.number,
                moment=moment(release.published_at, visit.zone),
            ),
            "empty": _("This release holds no session."),
            "days": [
                {"title": weekday(day), "sessions": [_session(item, visit.zone, own_zone) for item in those]}
                for day, those in by_day(items, visit.zone)
            ],
        },
    )


def _session(item: Item, zone: str, own_zone: str) -> dict[str, str]:
    facts = [kind_names()[item["kind"]], item["speaker"], item["room"], item.get("place", "")]
    if own_zone:
        facts.append(_("for you %(time)s", time=_own_time(item, zone, own_zone)))
    return {
        "time": f"{clock(item['starts_at'], zone)}–{clock(item['ends_at'], zone)}",
        "title": item["title"],
        "text": item["text"],
        "facts": " · ".join(filter(None, facts)),
    }


def _own_time(item: Item, zone: str, own_zone: str) -> str:
    time, day = clock(item["starts_at"], own_zone), local_day(item["starts_at"], own_zone)
    return time if day == local_day(item["starts_at"], zone) else f"{weekday_short(day)}, {time}"

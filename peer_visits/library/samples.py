"""Sample documents for the demo: short, tagged, and marked on every page as not the original."""

from __future__ import annotations

from peer_visits.web.patterns import Form, svg
from peer_visits.web.typesetting import typeset

_SOURCE = r"""
#let data = json(bytes(sys.inputs.data))
#let (ink, soft, hairline, attention) = ("16202b", "5a6472", "d9dfde", "b5482a").map(rgb)
#set document(title: data.title, author: "Peer Visits")
#set text(lang: "en", size: 11pt, fill: ink)
#set par(leading: 0.8em)
#set page(
  paper: "a4",
  margin: (x: 24mm, top: 24mm, bottom: 30mm),
  footer: context [
    #line(length: 100%, stroke: 0.6pt + hairline)
    #text(size: 9pt, fill: soft)[Sample, not the original document #h(1fr) #counter(page).display()]
  ],
)
#show heading: set par(leading: 0.5em)
#pdf.artifact(image(bytes(data.pattern), width: 100%, alt: ""))
#v(8mm)
#text(size: 11pt, weight: "bold", fill: attention, tracking: 0.08em)[SAMPLE – NOT THE ORIGINAL DOCUMENT]
#v(1mm)
#text(size: 11pt, fill: soft)[#data.place]
#v(-2mm)
#text(size: 24pt)[= #data.title]
#v(1mm)
#text(size: 13pt)[#data.host_line]
#v(8mm)
#rect(width: 100%, stroke: 1.2pt + attention, radius: 2mm, inset: 6mm)[
  *What this page is.* It stands in the place of the analytical document of this visit, which is not part
  of this software, so that publishing, reading and downloading can be tried. Nothing on it was written by
  the authors or the host of the visit.
]
"""


def sample_pdf(title: str, host_line: str, place: str, slug: str = "sample") -> bytes:
    """A tagged PDF (PDF/UA-1) with the slug's pattern, set in the child with limits. Raises NotSet."""
    words = {"title": title, "host_line": host_line, "place": place, "pattern": svg(slug, Form.BAND)}
    return typeset(_SOURCE, words)

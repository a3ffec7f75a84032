"""The certificate as a document: one tagged page (PDF/UA-1) with the visit's pattern."""

from __future__ import annotations

from flask_babel import gettext as _

from peer_visits.followup.certificates.codes import spaced
from peer_visits.followup.certificates.models import Certificate
from peer_visits.web.formats import country, day, day_range, duration
from peer_visits.web.patterns import Form, svg
from peer_visits.web.typesetting import typeset

_SOURCE = r"""
#let data = json(bytes(sys.inputs.data))
#let (ink, soft, hairline, action) = ("16202b", "5a6472", "d9dfde", "1f5f5b").map(rgb)
#set document(title: data.title + ": " + data.name, author: "Peer Visits", description: data.sentence)
// Long names and titles stay on the one page.
#let crowded = (data.name, data.organisation, data.visit, data.host).map(words => words.len()).sum() > 300
#set text(lang: data.language, size: if crowded { 10pt } else { 13pt }, fill: ink)
#set par(leading: 0.7em, spacing: if crowded { 1.1em } else { 1.5em }, justify: false)
#set page(paper: "a4", flipped: true, margin: (left: 92mm, right: 24mm, top: 28mm, bottom: 20mm),
  background: pdf.artifact(place(left + top, block(width: 68mm, height: 100%, clip: true,
    image(bytes(data.pattern), height: 100%, fit: "cover")))),
)
#show heading.where(level: 1): set text(size: 34pt, weight: "bold", tracking: -0.01em)
#show heading.where(level: 1): set block(above: 5mm, below: if crowded { 8mm } else { 15mm })
#let fitting(size, words) = if words.len() > 120 { size * 0.5 } else if words.len() > 60 { size * 0.8 } else { size }
#let large(size, colour, words) = text(size: fitting(size, words), weight: "bold", fill: colour, words)

#text(fill: soft)[#data.programme]
#heading(level: 1, data.title)
#large(26pt, action, data.name)

#text(fill: soft)[#data.organisation]

#v(3mm)
#data.sentence

#large(18pt, ink, data.visit)

#data.host

#data.dates

#data.attended
#if data.sample != "" [#parbreak() #text(fill: soft)[#data.sample]]
#v(1fr)
#pdf.artifact(line(length: 100%, stroke: 0.6pt + hairline))
#set text(size: 10pt)
#set par(spacing: 0.9em)
#data.issued

#data.verify #link(data.address)[#data.address]

#data.code_label #text(size: 11.5pt, weight: "bold", tracking: 0.04em)[#data.code]
"""


def certificate_pdf(one: Certificate, address: str) -> bytes:
    """The document, which says where it can be verified: `address`. Raises NotSet."""
    return typeset(
        _SOURCE,
        {
            "title": _("Certificate of attendance"),
            "language": "en",
            "programme": one.programme,
            "sample": _("Sample: nobody of this name took part.") if one.place.visit.is_sample else "",
            "name": one.name,
            "organisation": one.organisation,
            "sentence": _("took part in the peer-learning visit"),
            "visit": one.title,
            "host": _(
                "hosted by %(host)s, %(town)s", host=one.host, town=f"{one.town}, {country(one.country)}"
            ),
            "dates": day_range(one.starts_on, one.ends_on),
            "attended": attended(one),
            "issued": _("Issued on %(day)s.", day=day(one.issued_at.date())),
            "verify": _("Verify this certificate at"),
            "address": address,
            "code_label": _("Code"),
            "code": spaced(one.code),
            "pattern": svg(one.place.visit.slug, Form.SPINE),
        },
    )


def attended(one: Certificate) -> str:
    """How much of the visit it certifies, in words."""
    there, held = duration(one.minutes), duration(one.held_minutes)
    return str(_("Sessions attended: %(there)s of %(held)s.", there=there, held=held))

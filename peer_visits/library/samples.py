"""Sample documents for the demo: short, tagged, and marked on the page as not the original."""

from __future__ import annotations

import json

import typst

_SOURCE = r"""
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title, author: "Peer Visits, sample")
#set page(paper: "a4", margin: 25mm)
#set text(lang: "en", size: 11pt)
#set par(leading: 0.8em)
#rect(width: 100%, fill: rgb("1f5f5b"), inset: 8mm)[
  #text(fill: white, size: 10pt)[#data.place]
]
= #data.title
#text(size: 13pt)[#data.host_line]
#v(6mm)
#rect(width: 100%, stroke: 1.5pt + rgb("b5482a"), inset: 5mm)[
  *Sample, not the original document.* The analytical document of this visit is not part of this
  software. This page stands in its place so that publishing and downloading can be tried.
]
"""


def sample_pdf(title: str, host_line: str, place: str) -> bytes:
    """One page as tagged PDF (PDF/UA-1), made without reading files or opening connections."""
    data = json.dumps({"title": title, "host_line": host_line, "place": place})
    compiled = typst.compile(_SOURCE.encode(), sys_inputs={"data": data}, pdf_standards=["ua-1"])
    return bytes(compiled)

"""The receipt as a document: everything that was sent, as a tagged PDF."""

from __future__ import annotations

from flask_babel import gettext as _

from peer_visits.accounts.models import Person
from peer_visits.applications.answers import AnswerLine
from peer_visits.applications.copies import ChoiceCopy, Copy
from peer_visits.applications.models import Application
from peer_visits.web.formats import moment
from peer_visits.web.typesetting import typeset

_SOURCE = r"""
#let data = json(bytes(sys.inputs.data))
#let (ink, soft, hairline) = ("16202b", "5a6472", "d9dfde").map(rgb)
#set document(title: data.title, author: "Peer Visits")
#set text(lang: data.language, size: 10.5pt, fill: ink)
#set par(leading: 0.75em)
#set page(
  paper: "a4",
  margin: (x: 22mm, top: 22mm, bottom: 26mm),
  footer: context [
    #line(length: 100%, stroke: 0.6pt + hairline)
    #text(size: 9pt, fill: soft)[#data.foot #h(1fr) #counter(page).display("1 / 1", both: true)]
  ],
)
#show heading.where(level: 1): set text(size: 20pt)
#show heading.where(level: 2): set text(size: 13pt)
#show heading.where(level: 2): set block(above: 9mm, below: 4mm)
#show heading.where(level: 3): set text(size: 10.5pt)
#show heading.where(level: 3): set block(above: 5mm, below: 2.5mm)
#let paragraphs(text) = for part in text.split("\n") { if part.trim() == "" { parbreak() } else { part; linebreak() } }
#let lines(list) = for one in list [
  #heading(level: 3, one.label)
  #paragraphs(one.words)
]

#text(fill: soft)[#data.call]
#heading(level: 1, data.title)
#for one in data.facts [#text(fill: soft)[#one.label:] #one.words #linebreak()]
#for choice in data.choices [
  #heading(level: 2, choice.title)
  #paragraphs(choice.motivation)
  #lines(choice.answers)
]
#if data.answers.len() > 0 [
  #heading(level: 2, data.answers_title)
  #lines(data.answers)
]
"""


def receipt_pdf(application: Application, person: Person, copy: Copy) -> bytes:
    """A tagged PDF (PDF/UA-1), made in a child with limits. Raises NotSet.

    What applicants wrote reaches the page as data: nothing in it is run.
    """
    return typeset(_SOURCE, _words(application, person, copy))


def _words(application: Application, person: Person, copy: Copy) -> dict[str, object]:
    facts = [
        (_("Name"), person.name),
        (_("Organisation"), person.organisation),
        (_("Sent"), moment(application.submitted_at)),
        (_("Substitute"), copy.substitute),
    ]
    return {
        "title": _("Your application"),
        "call": application.call.title,
        "language": "en",
        "foot": _("Copy %(number)s of what you sent", number=application.sent_number),
        "facts": [{"label": label, "words": words} for label, words in facts if words],
        "choices": [_choice(choice) for choice in copy.choices],
        "answers_title": _("Your answers"),
        "answers": [_line(line) for line in copy.answers],
    }


def _choice(choice: ChoiceCopy) -> dict[str, object]:
    visit = f"{choice.visit.place}: {choice.visit.title}" if choice.visit else ""
    return {
        "title": _("Choice %(rank)s: %(visit)s", rank=choice.rank, visit=visit),
        "motivation": choice.motivation,
        "answers": [_line(line) for line in choice.answers],
    }


def _line(line: AnswerLine) -> dict[str, str]:
    return {"label": line.label, "words": line.words}

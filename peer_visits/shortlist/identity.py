"""The one gate between an applicant and a host: what a reader may know of who wrote an application.

In a blind call names, organisations and contacts stay hidden from a visit's whole team until its scores are in;
`are_names_hidden` is the one place that says whether. Everything that shows an applicant to a host, be it a page,
a search, an export, a file's name or a mail, takes it from here as a `Seen`.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import OrganisationKind, Person
from peer_visits.applications.answers import FOR_HOSTS, AnswerLine
from peer_visits.applications.models import Application, Choice
from peer_visits.calls.models import Call
from peer_visits.questions.kinds import Audience, Kind
from peer_visits.shortlist.models import Shortlist
from peer_visits.shortlist.rules import without_passages
from peer_visits.visits.models import Visit

FOR_BLIND_HOSTS = frozenset({Audience.HOSTS})
# No vowels, so that no word comes about; nothing that is read as something else.
_SYMBOLS = "23456789BCDFGHJKMNPQRSTVWXZ"
_LENGTH, _HALF = 6, 3


@dataclass(frozen=True)
class Seen:
    """An applicant as one reader sees them. `label` is what to call them: the name, or the reference.

    While `is_hidden`, `name` and `organisation` are empty. Country and kind of organisation stay: the mix of
    the group is judged by them.
    """

    choice_id: uuid.UUID
    label: str
    name: str
    organisation: str
    organisation_kind: OrganisationKind | None
    country: str | None
    is_synthetic: bool
    is_hidden: bool


def reference(choice_id: uuid.UUID) -> str:
    """What a choice is called while its applicant's name is hidden: K7M-4QX.

    Made from the choice's random id, so it stays the same for good and tells nothing of name, order or time.
    Of 500 choices two share one with a probability of about 1 in 3,000.
    """
    rest, symbols = choice_id.int, ""
    for _place in range(_LENGTH):
        rest, at = divmod(rest, len(_SYMBOLS))
        symbols += _SYMBOLS[at]
    return f"{symbols[:_HALF]}-{symbols[_HALF:]}"


def is_revealed(call: Call, shortlist: Shortlist | None) -> bool:
    """Whether a blind call shows its names to this visit's team: scores are in, or the call is decided."""
    return bool(call.decided_at or (shortlist and shortlist.revealed_at))


def are_names_hidden(session: Session, visit: Visit) -> bool:
    """Whether the visit's hosts read without names now."""
    return visit.call.blind and not is_revealed(visit.call, session.get(Shortlist, visit.id))


def as_seen(choice_id: uuid.UUID, person: Person, *, hidden: bool) -> Seen:
    """One applicant, behind the gate."""
    return Seen(
        choice_id,
        _("Application %(reference)s", reference=reference(choice_id)) if hidden else person.name,
        "" if hidden else person.name,
        "" if hidden else person.organisation,
        person.organisation_kind,
        person.country,
        person.is_synthetic,
        hidden,
    )


def number_of_organisation(number: int) -> str:
    """What an organisation that several applicants share is called while its name is hidden."""
    return str(_("Organisation %(number)s", number=number))


def list_seen(session: Session, choice_ids: Collection[uuid.UUID], *, hidden: bool) -> dict[uuid.UUID, Seen]:
    """The applicants of these choices, in one statement."""
    query = (
        select(Choice.id, Person)
        .join(Application, Application.id == Choice.application_id)
        .join(Person, Person.id == Application.person_id)
        .where(Choice.id.in_(choice_ids))
    )
    return {
        choice_id: as_seen(choice_id, person, hidden=hidden) for choice_id, person in session.execute(query)
    }


def found_by(session: Session, visit: Visit, words: str, *, hidden: bool) -> ColumnElement[bool]:
    """A condition on `Choice` and `Person`: by name or organisation, or by reference while names are hidden."""
    if not hidden:
        by_name = Person.name.icontains(words, autoescape=True)
        return or_(by_name, Person.organisation.icontains(words, autoescape=True))
    wanted = _plain(words)
    sent = session.scalars(select(Choice.id).where(Choice.visit_id == visit.id, Choice.is_sent))
    return Choice.id.in_([one for one in sent if wanted and wanted in _plain(reference(one))])


def _plain(words: str) -> str:
    return "".join(one for one in words.upper().rpartition(" ")[2] if one.isalnum())


def audiences_for_hosts(*, hidden: bool) -> frozenset[Audience]:
    """Which questions' answers hosts read."""
    return FOR_BLIND_HOSTS if hidden else FOR_HOSTS


def name_of_file(choice_id: uuid.UUID, name: str, number: int, *, hidden: bool) -> str:
    """What a file is called to a host: people put their names into file names."""
    if not hidden:
        return name
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return f"{reference(choice_id)}-{number}" + (f".{ending}" if ending.isalnum() else "")


def with_names_of_files(
    lines: Iterable[AnswerLine], choice_id: uuid.UUID, *, hidden: bool
) -> Sequence[AnswerLine]:
    """Answers whose files are called what this reader may know; `words` of a file is its name."""
    found, number = [], 0
    for line in lines:
        number += line.attachment is not None
        named = line.attachment and name_of_file(choice_id, line.words, number, hidden=hidden)
        found.append(replace(line, words=named) if named else line)
    return found


def barred_text(text: str, passages: Iterable[str]) -> str:
    """A text as hosts read it: what the organiser took out is a bar."""
    return without_passages(text, passages, _("▬▬ removed by the organiser ▬▬"))


def with_bars(lines: Iterable[AnswerLine], passages: Sequence[str]) -> Sequence[AnswerLine]:
    """Answers as hosts read them. A link with a passage taken out leads nowhere, so it becomes plain text."""
    found = []
    for line in lines:
        words = barred_text(line.words, passages)
        kind = Kind.SHORT if words != line.words and line.kind is Kind.LINK else line.kind
        found.append(replace(line, words=words, kind=kind))
    return found

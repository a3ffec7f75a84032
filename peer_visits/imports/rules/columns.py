"""Which column stands for what, by its head."""

from __future__ import annotations

from collections.abc import Sequence

from peer_visits.applications.rules import question_field
from peer_visits.imports.rules.context import Context
from peer_visits.kernel.text import fold
from peer_visits.questions.definition import Asked
from peer_visits.questions.kinds import AskedOf

_PERSON = {
    "name": ("name", "applicant", "full name", "your name"),
    "email": ("e-mail", "email", "e-mail address", "email address", "mail"),
    "organisation": ("organisation", "organization", "institution", "employer"),
    "kind": ("kind of organisation", "type of organisation", "kind", "organisation type"),
    "country": ("country", "your country"),
    "sent": ("when it was sent", "sent", "submitted", "end date", "submission date", "date submitted"),
    "substitute_name": ("name of the substitute", "substitute", "name of your substitute", "substitute name"),
    "substitute_email": (
        "e-mail address of the substitute",
        "e-mail address of your substitute",
        "substitute e-mail",
    ),
}


def guess_mapping(headers: Sequence[str], context: Context) -> dict[str, str]:
    """Column number -> target, for every head that reads like one; several columns may feed one question."""
    known = {fold(word): target for target, words in _PERSON.items() for word in words}
    for rank in range(1, context.most_choices + 1):
        for head in _rank_heads(rank):
            known[head] = f"visit_{rank}"
            known[f"{head}: why"] = f"why_{rank}"
            for one in context.importable(AskedOf.CHOICE):
                known |= {f"{head}: {label}": question_field(one.id, rank) for label in _labels(one)}
        known[f"motivation {rank}"] = known[f"why {rank}"] = f"why_{rank}"
    for one in context.importable(AskedOf.APPLICATION):
        for label in _labels(one):
            known[label] = question_field(one.id)
            known |= {f"{label}: {option}": question_field(one.id) for option in _option_labels(one)}
    found = {at: known.get(fold(head)) for at, head in enumerate(headers)}
    return {str(at): target for at, target in found.items() if target}


def _rank_heads(rank: int) -> list[str]:
    ordinal = {1: "1st", 2: "2nd", 3: "3rd"}.get(rank, f"{rank}th")
    return [f"{ordinal} choice", f"choice {rank}", f"visit {rank}"]


def _labels(question: Asked) -> list[str]:
    return [fold(label) for label in question.definition.labels.values()]


def _option_labels(question: Asked) -> list[str]:
    return [fold(label) for option in question.definition.options for label in option.labels.values()]

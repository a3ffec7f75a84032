"""When an application can be sent, and what still keeps it from that. Plain values only."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from peer_visits.kernel.text import Phrase, phrase


@dataclass(frozen=True)
class ChoiceContent:
    """One wanted visit and why; its rank is its place in the list."""

    visit_id: uuid.UUID
    motivation: str


@dataclass(frozen=True)
class ApplicationContent:
    """What an applicant has typed. Choices stand in the order of their rank."""

    brings: str
    wants: str
    choices: tuple[ChoiceContent, ...]


@dataclass(frozen=True)
class Missing:
    """One thing that keeps an application from being sent, and the form field it belongs to."""

    reason: Phrase
    field: str


def choice_problem(
    content: ApplicationContent, *, visits: Collection[uuid.UUID], most: int
) -> Missing | None:
    """What is wrong with the choices even for a draft: too many, one twice, or a visit of another call."""
    wanted = [choice.visit_id for choice in content.choices]
    if len(wanted) > most:
        return Missing(phrase("This call allows at most %(n)s choices.", n=most), "visit_0")
    for index, visit_id in enumerate(wanted):
        if visit_id in wanted[:index]:
            return Missing(phrase("You have chosen this visit twice."), f"visit_{index}")
        if visit_id not in visits:
            return Missing(phrase("This visit does not belong to the call."), f"visit_{index}")
    return None


def missing_to_send(content: ApplicationContent) -> list[Missing]:
    """What a draft may lack and a sent application may not, in the order of the form."""
    found = []
    if not content.choices:
        found.append(Missing(phrase("Choose at least one visit."), "visit_0"))
    for index, choice in enumerate(content.choices):
        if not choice.motivation:
            found.append(Missing(phrase("Say why you want this visit."), f"why_{index}"))
    if not content.brings:
        found.append(Missing(phrase("Say what you bring to the group."), "brings"))
    if not content.wants:
        found.append(Missing(phrase("Say what you want to learn."), "wants"))
    return found


def is_eligible(country: str | None, eligible_countries: Sequence[str]) -> bool:
    """Whether people of this country may apply; a call that lists none is open to all."""
    return not eligible_countries or country in eligible_countries

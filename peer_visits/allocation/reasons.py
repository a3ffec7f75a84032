"""One sentence for every wish of a run: why it was granted, or why not."""

from __future__ import annotations

from peer_visits.allocation.solving import Answer, Instance
from peer_visits.kernel.text import Phrase, phrase


def explain_all(instance: Instance, answer: Answer) -> dict[tuple[str, str], Phrase]:
    """By applicant and visit."""
    placed = set(answer.placements)
    mine: dict[str, set[str]] = {}
    for person, visit in answer.placements:
        mine.setdefault(person, set()).add(visit)
    found: dict[tuple[str, str], Phrase] = {}
    for wish in instance.applications:
        if wish.key in placed:
            found[wish.key] = phrase("A place was free for you.")
        elif not wish.eligible:
            found[wish.key] = phrase("The host proposed others.")
        elif wish.applicant in mine:
            found[wish.key] = phrase("You have a place in another visit you chose.")
        else:
            found[wish.key] = phrase("The places went to people the host put before you.")
    return found

"""Sentences that a page shows first and a script renews."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from peer_visits.shortlist.models import Review


def words_of_left(left: int) -> str:
    """How many applications this person has still to read."""
    if not left:
        return str(_("You have read them all."))
    return str(ngettext("%(num)s left for you to read", "%(num)s left for you to read", left))


def words_of_own_score(review: Review | None) -> str:
    """What the own scores come to."""
    if review is None or review.points is None:
        return str(_("Your score counts once every criterion has one."))
    return str(_("Your score: %(points)s of 100.", points=f"{review.points:.0f}"))

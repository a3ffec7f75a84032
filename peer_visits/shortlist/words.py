"""The board in words."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from peer_visits.accounts.models import Person
from peer_visits.shortlist.queries.moves import MoveLine

PILE_NAMES: dict[str, Any] = {
    "shortlisted": _l("Shortlisted"),
    "reserve": _l("Reserve"),
    "to_decide": _l("To decide"),
    "not_proposed": _l("Not proposed"),
}


def tell_move(move: MoveLine, reader: Person) -> str:
    """A move as one reader is told it: numbers, never the names of those who were moved."""
    told = _tell_mine(move) if move.actor_id == reader.id else _tell_theirs(move)
    return str(told)


def _tell_mine(move: MoveLine) -> Any:
    if move.is_undo:
        return _("You took a move back.")
    pile = PILE_NAMES.get(move.to)
    if pile is None:
        return ngettext("You moved %(num)s applicant.", "You moved %(num)s applicants.", len(move.lines))
    return ngettext(
        "You moved %(num)s applicant to “%(pile)s”.",
        "You moved %(num)s applicants to “%(pile)s”.",
        len(move.lines),
        pile=pile,
    )


def _tell_theirs(move: MoveLine) -> Any:
    if move.is_undo:
        return _("%(name)s took a move back.", name=move.name)
    count, pile = len(move.lines), PILE_NAMES.get(move.to)
    if pile is None:
        return ngettext(
            "%(name)s moved %(num)s applicant.", "%(name)s moved %(num)s applicants.", count, name=move.name
        )
    return ngettext(
        "%(name)s moved %(num)s applicant to “%(pile)s”.",
        "%(name)s moved %(num)s applicants to “%(pile)s”.",
        count,
        name=move.name,
        pile=pile,
    )

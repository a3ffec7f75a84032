"""The agenda in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from peer_visits.accounts.models import Person
from peer_visits.agenda.forms import KINDS
from peer_visits.agenda.models import AgendaMove, AgendaSpeaker
from peer_visits.agenda.moves import Move, from_data
from peer_visits.agenda.services.outlining import first_day, last_day
from peer_visits.agenda.states import SpeakerState
from peer_visits.visits.models import Visit
from peer_visits.web.formats import weekday_short

MOST_DAYS = 31

SPEAKER_STATES: Mapping[SpeakerState, tuple[Any, str]] = {
    SpeakerState.LISTED: (_l("Not invited"), "quiet"),
    SpeakerState.INVITED: (_l("Invited"), "waiting"),
    SpeakerState.CONFIRMED: (_l("Comes"), "done"),
    SpeakerState.DECLINED: (_l("Does not come"), "attention"),
}


def kind_names() -> dict[str, str]:
    """The kinds of session by their value."""
    return {kind.value: str(name) for kind, name in KINDS.items()}


def days_of(visit: Visit) -> list[date]:
    """The days of a visit, as held or else as announced; a month of them at most."""
    first, last = first_day(visit), last_day(visit)
    if first is None or last is None:
        return []
    return [first + timedelta(days=number) for number in range(min((last - first).days + 1, MOST_DAYS))]


def tell_move(move: AgendaMove, titles: Mapping[str, str], reader: Person) -> str:
    """A move in one sentence, for one reader."""
    is_own = move.actor_id == reader.id
    if move.undoes is not None:
        return str(
            _("You took a move back.") if is_own else _("%(name)s took a move back.", name=move.actor.name)
        )
    moves = from_data(move.steps)
    if len(moves) != 1:
        return str(
            ngettext("You moved %(num)s session.", "You moved %(num)s sessions.", len(moves))
            if is_own
            else ngettext(
                "%(name)s moved %(num)s session.",
                "%(name)s moved %(num)s sessions.",
                len(moves),
                name=move.actor.name,
            )
        )
    said: dict[str, Any] = {
        "title": titles.get(str(moves[0].session), _("a session that is gone")),
        "where": tell_stand(moves[0]),
    }
    if is_own:
        return str(_("You moved “%(title)s”: %(where)s.", **said))
    return str(_("%(name)s moved “%(title)s”: %(where)s.", name=move.actor.name, **said))


def tell_stand(move: Move) -> str:
    """Where a move puts its session."""
    wall, end = move.to.wall, move.to.end
    if wall is None or end is None:
        return str(_("not placed"))
    return f"{weekday_short(wall.date())}, {wall:%H:%M}–{end:%H:%M}"


def words_of_windows(speaker: AgendaSpeaker) -> list[str]:
    """When somebody can, by their own clock: Mon 14 Sept, 09:00–11:00."""
    return [f"{weekday_short(date.fromisoformat(day))}, {start}–{end}" for day, start, end in speaker.windows]

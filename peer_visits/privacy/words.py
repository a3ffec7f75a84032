"""Words for what is held: rooms, what becomes of rows, duties, values."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from peer_visits.privacy.duties import Duty, DutyKind
from peer_visits.privacy.registry import all_rooms
from peer_visits.privacy.rules import Outcome
from peer_visits.storage.personal import Fate, Room
from peer_visits.web.formats import day, moment

# In the order in which people look for them.
ROOMS = {
    "accounts": _l("Account"),
    "calls": _l("Programmes and calls"),
    "visits": _l("Host teams"),
    "applications": _l("Applications"),
    "shortlist": _l("Reading and shortlists"),
    "allocation": _l("Giving places out"),
    "places": _l("Places"),
    "agenda": _l("Agenda"),
    "library": _l("Library"),
    "library.writing": _l("Writing reports"),
    "imports": _l("Tables taken in"),
    "followup.certificates": _l("Certificates"),
    "followup.survey": _l("Survey"),
    "followup.commitments": _l("Commitments"),
    "outbox": _l("Mail"),
    "audit": _l("Log"),
}
FATES = {
    Fate.REMOVED: _l("It is removed."),
    Fate.EMPTIED: _l("Its words are removed; what is left counts in figures and tells nobody’s name."),
    Fate.COUNTED: _l("It stays as a figure that tells nobody’s name."),
}
OUTCOMES = {
    Outcome.DRAFT: _l("Drafts that were never sent"),
    Outcome.WITHDRAWN: _l("Withdrawn"),
    Outcome.REFUSED: _l("Without a place"),
    Outcome.PLACED: _l("With a place"),
}
# Where somebody allows what, and takes it back.
TOPICS = {
    "participants.name": _l("Name shown to other participants"),
    "participants.address": _l("Address shown to other participants"),
    "speaker.shown": _l("Biography and picture shown"),
    "commitments.shown": _l("What you take home shown to everybody"),
    "commitments.named": _l("What you take home shown with your name"),
}


def duty_words(duty: Duty) -> str:
    """What has to be handed over, and to whom to turn."""
    return str(
        {
            DutyKind.ADMINISTRATOR: _(
                "You are the only administrator. Make somebody else one first: nobody could give roles any more."
            ),
            DutyKind.ORGANISER: _(
                "You alone organise “%(name)s”. Give the role to somebody else first.", name=duty.name
            ),
            DutyKind.LEAD: _(
                "You alone lead the host team of %(name)s, whose visit is not over. Invite another lead first.",
                name=duty.name,
            ),
            DutyKind.AUTHOR: _(
                "You alone write the report on the visit to %(name)s. Ask the organiser to name another author first.",
                name=duty.name,
            ),
        }[duty.kind]
    )


def in_order(name: str) -> int:
    """Where a room stands on a page; one without words at the end."""
    return list(ROOMS).index(name) if name in ROOMS else len(ROOMS)


def told_rooms() -> list[Room]:
    """The rooms that hold something about people, in this order."""
    return sorted((one for one in all_rooms() if one.holdings), key=lambda one: in_order(one.name))


def room_words(name: str) -> str:
    """The name of a room for people."""
    return str(ROOMS.get(name, name))


def column_words(name: str) -> str:
    """A column as people may read it."""
    return name.removeprefix("is_").removesuffix("_id").removesuffix("_at").replace("_", " ").capitalize()


def plain_value(value: Any, names: Mapping[str, str]) -> Any:
    """A value as people may read it: texts, lists of such, or pairs of words and such; nothing if it is empty."""
    if isinstance(value, Mapping):
        pairs = [(_name(name, names), plain_value(part, names)) for name, part in value.items()]
        told = [(name, part) for name, part in pairs if part]
        return {"pairs": told} if told else ""
    if isinstance(value, Sequence) and not isinstance(value, str):
        parts = [part for one in value if (part := plain_value(one, names))]
        return {"parts": parts} if parts else ""
    return _plain(value, names)


def _name(name: object, names: Mapping[str, str]) -> str:
    return names.get(str(name)) or column_words(str(name))


def _plain(value: Any, names: Mapping[str, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Enum):
        return str(value.value).replace("_", " ")
    if isinstance(value, uuid.UUID) and str(value) not in names:
        return ""
    return names.get(str(value), str(value))

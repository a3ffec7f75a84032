"""The texts of the mails of the host desk."""

from __future__ import annotations

from datetime import UTC, date, datetime

from peer_visits.kernel.text import phrase
from peer_visits.outbox.wording.definition import Wording
from peer_visits.outbox.wording.slots import link, moment, text

_TITLE = text("visit_title", phrase("The title of the visit"), "title")
_PLACE = text("visit_place", phrase("Where the visit is"), "place")
_CALL = text("call", phrase("The title of the call"))
_DESK = link("shortlist_link", phrase("The shortlist"), "/host/<slug>")
_TEAM = phrase("The host team")
_SAMPLE = {
    "slug": "tampere-2021",
    "place": "Tampere",
    "title": "Adopt a Monument",
    "call": "Peer-learning visits, spring",
    "call_slug": "peer-learning-visits-spring",
}
_REMINDER = (
    _TITLE,
    _PLACE,
    _CALL,
    text("day", phrase("The day by which the shortlist is due"), needed=True),
    text("applications", phrase("How many applications there are"), "choices"),
    text("unread", phrase("How many nobody has scored yet")),
    text("undecided", phrase("How many are not decided yet")),
    _DESK,
)
_LEFT = {"day": date(2026, 2, 16), "choices": 31, "unread": 4, "undecided": 12}

TEXTS = (
    Wording(
        "shortlist.handed_over",
        phrase("Shortlist sent"),
        phrase("The organisers"),
        (
            text("sender", phrase("Who of the host team sent it"), "host"),
            *(_TITLE, _PLACE, _CALL),
            text("shortlisted", phrase("How many are shortlisted")),
            text("reserve", phrase("How many are in reserve")),
            text("note", phrase("What the host team writes, if anything")),
            link("call_link", phrase("Where the call stands"), "/organise/calls/<call_slug>"),
        ),
        {**_SAMPLE, "host": "Alex Sample", "shortlisted": 24, "reserve": 5, "note": "A strong field."},
        band="slug",
    ),
    Wording(
        "shortlist.reopened",
        phrase("Shortlist reopened"),
        _TEAM,
        (_TITLE, _PLACE, _CALL, _DESK),
        _SAMPLE,
        band="slug",
    ),
    Wording(
        "shortlist.reminder",
        phrase("Reminder of a shortlist"),
        _TEAM,
        _REMINDER,
        {**_SAMPLE, **_LEFT},
        band="slug",
    ),
    Wording(
        "shortlist.reminder_last",
        phrase("Last reminder of a shortlist"),
        _TEAM,
        _REMINDER,
        {**_SAMPLE, **_LEFT},
        band="slug",
        words_of="shortlist.reminder",
    ),
    Wording(
        "team.invited",
        phrase("Invitation to a host team"),
        phrase("Whoever is invited, with or without an account"),
        (
            text("inviter", phrase("Who invites")),
            text("role", phrase("As what: lead, reviewer or external expert")),
            *(_TITLE, _PLACE),
            moment("until", phrase("Until when the link is good"), "expires_at"),
            link("link", phrase("The invitation"), "/invitations/<secret>"),
        ),
        {
            **_SAMPLE,
            "secret": "a-sample",
            "inviter": "Alex Sample",
            "role": phrase("reviewer"),
            "expires_at": datetime(2026, 2, 16, 11, 0, tzinfo=UTC),
        },
        band="slug",
    ),
    Wording(
        "team.left",
        phrase("Host team left"),
        phrase("Whoever is no longer in the team"),
        (text("by", phrase("Who took them off")), _TITLE, _PLACE),
        {**_SAMPLE, "by": "Alex Sample"},
        band="slug",
    ),
)

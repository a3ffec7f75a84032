"""The SEQUENCE of a session in one person's calendar (RFC 5546, 2.1.4): each mail outranks those before it.

A release that changes a session raises its number. Somebody who gives a place up and takes one again is asked for the
same sessions anew, so every time somebody's agenda was taken back counts twice on top: once for the cancellation and
once for the next request.
"""

from __future__ import annotations

from peer_visits.agenda.releases import Item


def asked(item: Item, times: int) -> Item:
    """A session as it is asked for, from somebody whose agenda was taken back so many times."""
    return {**item, "sequence": item["sequence"] + 2 * times}


def removed(item: Item, number: int, times: int) -> Item:
    """A session that release `number` no longer holds for them."""
    return {**item, "sequence": number + 2 * times}


def taken_back(item: Item, times: int) -> Item:
    """A session as it leaves the calendar of somebody who no longer comes: after what they were asked last."""
    return {**item, "sequence": item["sequence"] + 2 * times + 1}

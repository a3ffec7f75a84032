"""What is known of a kind of mail beside its words. A kind that is not named here is essential."""

from __future__ import annotations

from enum import StrEnum


class Topic(StrEnum):
    """What people may do without."""

    REMINDERS = "reminders"
    NEWS = "news"
    COMMENTS = "comments"


# Kinds that people may do without, with the topic they belong to.
OPTIONAL = {
    "application.reminder": Topic.REMINDERS,
    "visit.reminder": Topic.REMINDERS,
    "commitment.wanted": Topic.REMINDERS,
    "commitment.asked": Topic.REMINDERS,
    "commitment.asked_last": Topic.REMINDERS,
    "survey.invitation": Topic.REMINDERS,
    "visit.ended": Topic.NEWS,
    "document.published": Topic.NEWS,
    "document.commented": Topic.COMMENTS,
}

# Their link proves the address, so they go to one that bounced, too.
PROVING = frozenset(
    {"account.verify", "account.reset", "account.sign_in_link", "account.new_address", "mail.test"}
)

# What an organiser sends to themselves leaves although the programme's mail is held.
UNSWITCHED = frozenset({"mail.test"})


def topic_of(kind: str) -> Topic | None:
    """The topic people can leave; none for what is essential."""
    return OPTIONAL.get(kind)

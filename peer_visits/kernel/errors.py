"""What a service says when it will not do something."""

from __future__ import annotations

from typing import TypeVar

from peer_visits.kernel.text import Phrase, phrase

Record = TypeVar("Record")


class Refused(Exception):
    """The intention is understood and refused; the phrase tells the person why and what to do."""

    def __init__(self, reason: Phrase, *, field: str | None = None) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.field = field


class Stale(Refused):
    """Somebody else was first: the record is no longer what this person saw."""

    def __init__(self, reason: Phrase | None = None) -> None:
        super().__init__(
            reason
            or phrase(
                "This was changed by someone else meanwhile. Look at it again, then repeat your change."
            )
        )


class NotFound(Exception):
    """There is no such record for this person: it does not exist, or is not theirs to see."""


class Forbidden(Exception):
    """The record is theirs to see, but this step is not theirs to take."""


def must_exist(record: Record | None) -> Record:
    """The record that was looked for. Raises NotFound if there is none."""
    if record is None:
        raise NotFound
    return record

"""The link in a mail about a place: it answers for this one place, for whoever holds the mail, without signing in.

It is the place's id with a keyed hash of it (HMAC, RFC 2104), so nothing has to be kept: every mail of one purpose
carries the same link, and it is worth nothing for any other place or purpose. Opening it changes nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from dataclasses import dataclass, field
from typing import cast

from sqlalchemy.orm import Session

_ID, _MARK = 32, 40  # characters in hexadecimal; 40 are 160 bits


@dataclass(frozen=True)
class AnswerLinks:
    """Makes and reads the links of this installation for one purpose: offers, unless another is named."""

    key: str = field(repr=False)
    purpose: str = "answer this offer"

    def make(self, place_id: uuid.UUID) -> str:
        """What stands at the end of the link."""
        return place_id.hex + self._mark(place_id)

    def read(self, token: str) -> uuid.UUID | None:
        """The place the link was made for; nothing if it was not made here."""
        try:
            place_id = uuid.UUID(hex=token[:_ID])
        except ValueError:
            return None
        return place_id if hmac.compare_digest(self.make(place_id).encode(), token.encode()) else None

    def _mark(self, place_id: uuid.UUID) -> str:
        text = f"{self.purpose}|".encode() + place_id.bytes
        return hmac.new(self.key.encode(), text, hashlib.sha256).hexdigest()[:_MARK]


def answer_token(session: Session, place_id: uuid.UUID) -> str:
    """The token for a mail that is posted in this transaction."""
    return cast(AnswerLinks, session.info["answer_links"]).make(place_id)

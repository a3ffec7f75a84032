"""The link in a mail about commitments. It opens one person's page for one visit, and answers nothing by itself."""

from __future__ import annotations

import uuid
from typing import cast

from sqlalchemy.orm import Session

from peer_visits.places.links import AnswerLinks

KEY = "commitment_links"
PURPOSE = "write what I take home"


def commitment_token(session: Session, place_id: uuid.UUID) -> str:
    """The token for a mail that is posted in this transaction."""
    return cast(AnswerLinks, session.info[KEY]).make(place_id)

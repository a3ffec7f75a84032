"""What this part holds about people: what they took home from a visit, and what they said came of it.

After an erasure each commitment stays as a figure: that there was one, and where it stood.
"""

from __future__ import annotations

import uuid

from sqlalchemy import Select, select

from peer_visits.followup.commitments.models import Commitment, CommitmentAnswer, CommitmentSheet
from peer_visits.followup.commitments.states import Showing
from peer_visits.kernel.text import phrase
from peer_visits.places.models import Place
from peer_visits.storage.personal import WITH_ACCOUNT, Field, Holding, Mention, Whose


def _places(whose: Whose) -> Select[uuid.UUID]:
    return select(Place.id).where(Place.person_id == whose.person_id)


HOLDINGS = (
    Holding(
        CommitmentSheet,
        phrase("Who may read what you take home from a visit"),
        lambda whose: CommitmentSheet.place_id.in_(_places(whose)),
        (
            Field(
                phrase("Whether everybody may read it, with your name or without, and since when"),
                phrase("So that nothing is shown that you did not agree to."),
                ("showing", "showing_since"),
            ),
            Field(
                phrase("When you wrote it"),
                phrase("So that you are asked in time. Stays as a figure."),
                ("written_at",),
            ),
        ),
        WITH_ACCOUNT,
        leaves={"showing": Showing.HIDDEN},
    ),
    Holding(
        Commitment,
        phrase("What you take home from a visit"),
        lambda whose: Commitment.place_id.in_(_places(whose)),
        (
            Field(
                phrase("What you learnt and what you will do"),
                phrase("So that you are asked again what came of it, and others learn from it if you agree."),
                ("learnt", "will_do"),
            ),
            Field(
                phrase("Where it stands, and why if you dropped it"),
                phrase("To see what visits lead to. Stays as a figure."),
                ("state", "reason", "answered_at"),
            ),
        ),
        WITH_ACCOUNT,
        leaves={"learnt": "", "will_do": ""},
    ),
    Holding(
        CommitmentAnswer,
        phrase("What you said came of it"),
        lambda whose: CommitmentAnswer.commitment_id.in_(
            select(Commitment.id).where(Commitment.place_id.in_(_places(whose)))
        ),
        (
            Field(
                phrase("Your words about it"),
                phrase("So that the organisers understand what helps and what is in the way."),
                ("note",),
            ),
            Field(
                phrase("What you answered, and when"),
                phrase("To see how things stood after three and six months. Stays as a figure."),
                ("at", "months", "state", "reason"),
            ),
        ),
        WITH_ACCOUNT,
        leaves={"note": ""},
    ),
)
MENTIONS = (Mention(Commitment, ("learnt", "will_do")), Mention(CommitmentAnswer, ("note",)))

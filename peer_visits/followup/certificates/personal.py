"""What certificates hold about people: what somebody was certified, as long as it can be proved."""

from __future__ import annotations

from sqlalchemy import select

from peer_visits.followup.certificates.codes import new_code
from peer_visits.followup.certificates.models import Certificate
from peer_visits.kernel.text import phrase
from peer_visits.places.models import Place
from peer_visits.storage.personal import WITH_CALL, Field, Holding

HOLDINGS = (
    Holding(
        Certificate,
        phrase("Your certificates of attendance"),
        lambda whose: Certificate.place_id.in_(select(Place.id).where(Place.person_id == whose.person_id)),
        (
            Field(
                phrase("Your name and organisation, and its code"),
                phrase("So that whoever you show it to can verify it."),
                ("name", "organisation", "code"),
            ),
            Field(
                phrase("The visit, its days, and how long you were there"),
                phrase("It is what is certified."),
                (
                    "title",
                    "host",
                    "town",
                    "country",
                    "programme",
                    "starts_on",
                    "ends_on",
                    "minutes",
                    "held_minutes",
                ),
            ),
            Field(
                phrase("When it was issued or withdrawn, and why"),
                phrase("So that a certificate that does not count is not believed."),
                ("state", "issued_at", "withdrawn_at", "reason"),
            ),
        ),
        WITH_CALL,
        # Without its code it leads nowhere any more; that one was issued stays as a figure.
        leaves={"name": "", "organisation": "", "reason": "", "code": new_code},
        stays=frozenset({"title", "host", "town", "country", "programme"}),
    ),
)
ACTS = frozenset({"certificate.issued_by", "certificate.withdrawn_by"})
NOBODY = frozenset({"certificate_rule"})

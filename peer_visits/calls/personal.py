"""What programmes and calls hold about people: who organises them."""

from __future__ import annotations

from peer_visits.calls.models import ProgrammeOrganiser
from peer_visits.kernel.text import phrase
from peer_visits.storage.personal import WITH_ROLE, Field, Holding

HOLDINGS = (
    Holding(
        ProgrammeOrganiser,
        phrase("Programmes you organise"),
        lambda whose: ProgrammeOrganiser.person_id == whose.person_id,
        (
            Field(
                phrase("The programme"),
                phrase("So that you can run it, and others cannot."),
                ("programme_id",),
            ),
        ),
        WITH_ROLE,
        through=("person_id",),
    ),
)
# The address of a programme is that of its office.
NOBODY = frozenset({"programme", "call", "criterion", "call_retention"})
ACTS = frozenset({"call_retention.changed_by"})

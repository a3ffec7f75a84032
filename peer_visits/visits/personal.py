"""What visits hold about people: who acts for their hosts."""

from __future__ import annotations

from peer_visits.kernel.text import phrase
from peer_visits.storage.personal import WITH_ROLE, Field, Holding
from peer_visits.visits.models import HostMember

HOLDINGS = (
    Holding(
        HostMember,
        phrase("Visits you host"),
        lambda whose: HostMember.person_id == whose.person_id,
        (
            Field(
                phrase("The visit and what you may do for it"),
                phrase("So that you can read its applications, and others cannot."),
                ("visit_id", "role"),
            ),
        ),
        WITH_ROLE,
        through=("person_id",),
    ),
)
NOBODY = frozenset({"visit", "visit_source"})

"""What the log holds about people."""

from __future__ import annotations

from peer_visits.audit.models import AuditLine
from peer_visits.kernel.text import phrase
from peer_visits.storage.personal import Field, Holding, Mention

HOLDINGS = (
    Holding(
        AuditLine,
        phrase("What you did here"),
        lambda whose: AuditLine.actor_id == whose.person_id,
        (
            Field(
                phrase("What was done, when, and to which record"),
                phrase("So that decisions can be explained and mistakes be found."),
                ("at", "action", "subject_kind", "detail"),
            ),
        ),
        phrase("As long as the programme. Once you are erased it names nobody."),
        through=("actor_id",),
        leaves={},
        stays=frozenset({"action", "subject_kind", "detail"}),
    ),
)
MENTIONS = (Mention(AuditLine, ("detail",)),)

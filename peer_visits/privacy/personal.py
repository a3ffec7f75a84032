"""What this room itself holds about people: digests that tell nobody, so that a backup brings nobody back."""

from __future__ import annotations

NOBODY = frozenset({"erased_person"})

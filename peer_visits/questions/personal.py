"""What questions hold about people: nothing. What is answered to them belongs to applications."""

from __future__ import annotations

NOBODY = frozenset({"section", "question", "question_wording"})

"""Names of files as people give them: data to show, never a path."""

from __future__ import annotations

import re
import unicodedata

from peer_visits.kernel.text import forbidden_characters

LONGEST_NAME = 120
_SEPARATORS = re.compile(r"[\\/:*?\"<>|]+")


def safe_name(name: str | None, *, suffix: str = ".pdf") -> str:
    """A name that can be shown and sent: one line, no path, no marks that turn its direction, one suffix."""
    text = unicodedata.normalize("NFC", name or "").replace("\x00", "")
    text = "".join(one for one in text if not forbidden_characters(one, lines=False))
    stem = _SEPARATORS.sub(" ", text.rsplit("/", 1)[-1].rsplit("\\", 1)[-1])
    stem = re.sub(r"(\.(pdf|png|jpe?g))+$", "", stem.strip(" ."), flags=re.IGNORECASE).strip(" .")
    return (stem[: LONGEST_NAME - len(suffix)].rstrip(" .") or "document") + suffix

"""Names of files as people give them, and the text of documents as it is kept: data to show, never a path."""

from __future__ import annotations

import re
import unicodedata

from peer_visits.kernel.text import forbidden_characters

LONGEST_NAME = 120
# Controls, direction marks, invisible blanks, halves of characters, and places no character has.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufff0-\uffff\ud800-\udfff]"
)
# What a reader writes where a word is broken at the end of a line, with the line end behind it.
_BROKEN_WORD = re.compile("[\x02\ufffe\u00ad](?:\r?\n)?")
_SEPARATORS = re.compile(r"[\\/:*?\"<>|]+")


def safe_name(name: str | None, *, suffix: str = ".pdf") -> str:
    """A name that can be shown and sent: one line, no path, no marks that turn its direction, one suffix."""
    text = unicodedata.normalize("NFC", name or "").replace("\x00", "")
    text = "".join(one for one in text if not forbidden_characters(one, lines=False))
    stem = _SEPARATORS.sub(" ", text.rsplit("/", 1)[-1].rsplit("\\", 1)[-1])
    stem = re.sub(r"(\.(pdf|png|jpe?g))+$", "", stem.strip(" ."), flags=re.IGNORECASE).strip(" .")
    return (stem[: LONGEST_NAME - len(suffix)].rstrip(" .") or "document") + suffix


def readable_text(raw: str) -> str:
    """The text of a document in NFC, words broken at line ends joined, blanks as one, nothing that cannot be shown."""
    joined = unicodedata.normalize("NFC", _BROKEN_WORD.sub("", raw))
    return " ".join(_UNSEEN.sub(" ", joined).split())

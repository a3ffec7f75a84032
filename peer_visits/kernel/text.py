"""Phrases that wait for their translation, and the cleaning of what people type."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_BLANKS = re.compile(r"[ \t\u00a0]+")
_BIDI_MARKS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_ZERO_WIDTH = "\u200b\u2060\ufeff"
_CONTROLS = "\x00-\x1f\x7f-\x9f\ud800-\udfff"  # the categories Cc and Cs
_FORBIDDEN = re.compile(f"[{_CONTROLS}{_BIDI_MARKS}{_ZERO_WIDTH}]")
_AS_BLANKS = str.maketrans("\r\n\t", "   ")


@dataclass(frozen=True)
class Phrase:
    """A sentence for people, translated only when it is shown. `str()` gives the English."""

    template: str
    values: dict[str, Any] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return self.template % self.values if self.values else self.template


def phrase(template: str, **values: Any) -> Phrase:
    """Mark an English sentence for translation; placeholders as `%(name)s`."""
    return Phrase(template, values)


def clean_line(value: str | None) -> str:
    """One line as typed, in NFC, its blanks collapsed. Control and direction marks stay, to be refused."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", value or "")).strip()


def clean_text(value: str | None) -> str:
    """Several lines in NFC, line ends as one newline, no blanks at either end."""
    text = unicodedata.normalize("NFC", value or "").replace("\r\n", "\n").replace("\r", "\n")
    return text.strip()


class _Plain(dict[int, Any]):
    """What a character without case becomes without its accents: marks become nothing, most stay as they are."""

    def __missing__(self, code: int) -> int | None:
        plain = None if unicodedata.combining(chr(code)) else code
        if code < 0x10000:  # whoever sends every character there is does not fill the memory
            self[code] = plain
        return plain


# Letters that no decomposition takes apart; others are noted as they are met.
_PLAIN = _Plain(
    str.maketrans(
        {
            "ł": "l",
            "đ": "d",
            "ø": "o",
            "æ": "ae",
            "œ": "oe",
            "ħ": "h",
            "ı": "i",
            "ð": "d",
            "þ": "th",
            "ς": "σ",
        }
    )
)


def fold(value: str) -> str:
    """Text as it is compared in searches and lists: no case, no accents, blanks as one; `lodz` for Łódź."""
    if value.isascii():
        return " ".join(value.lower().split())
    return " ".join(unicodedata.normalize("NFKD", value.casefold()).translate(_PLAIN).split())


def forbidden_characters(value: str, *, lines: bool) -> list[str]:
    """Names of characters that no field accepts: controls, direction marks, invisible blanks.

    `lines` allows newline and tab.
    """
    allowed = {"\n", "\t"} if lines else set()
    return sorted({_name(c) for c in _FORBIDDEN.findall(value) if c not in allowed})


def without_marks(value: str) -> str:
    """Text for a header line: no controls, direction marks or invisible blanks that could make it read as another."""
    return _FORBIDDEN.sub("", value.translate(_AS_BLANKS))


def _name(character: str) -> str:
    return f"U+{ord(character):04X}"


def normal_address(value: str) -> str:
    """An e-mail address in the one form in which two of them are compared."""
    return unicodedata.normalize("NFKC", value).strip().casefold()


# One text in several languages: by language code, the first language first.
Texts = Mapping[str, str]


def in_language(texts: Texts, language: str) -> str:
    """The text in the language, else in the first that has one."""
    return texts.get(language) or next((text for text in texts.values() if text), "")

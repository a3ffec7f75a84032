"""The code of a certificate: 80 random bits, in letters and digits that cannot be taken for each other."""

from __future__ import annotations

import secrets

# Crockford's base 32: no I, L, O or U.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
LENGTH = 16


def new_code() -> str:
    """A code nobody can guess."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(LENGTH))


def as_code(typed: str) -> str:
    """What somebody typed or pasted, as it is kept: no dashes, no blanks, and what is easily misread mended."""
    return "".join(part for part in typed.upper() if part.isalnum()).translate(_MISREAD)[:40]


def spaced(code: str) -> str:
    """The code as it is printed: ABCD-EFGH-JKMN-PQRS."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))

"""Links in mails that not even organisers may follow: whoever holds one answers unseen, and nobody could tell who did.

With them an organiser could answer in the place of all but one who were asked, and then read that one's answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# The pages behind such links; what follows is the secret.
_PATHS = ("/survey/",)
_SECRET = re.compile(rf"({'|'.join(map(re.escape, _PATHS))})([0-9a-f]{{40,}})")
MARK = "hidden"
# A secret alone, as the data of a mail keeps it.
_ALONE = re.compile(r"[0-9a-f]{72}")


def without_private_links(words: str) -> str:
    """A mail, as text or HTML, as an organiser may see it."""
    return _SECRET.sub(rf"\1{MARK}", words)


def with_private_links(typed: str, original: str) -> str:
    """What an organiser made of a mail they saw without its secrets, with the secrets of the original."""
    for path, secret in set(_SECRET.findall(original)):
        typed = typed.replace(f"{path}{MARK}", f"{path}{secret}")
    return typed


def without_secrets(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a mail for a preview, in which no link leads anywhere."""
    return {
        name: MARK if isinstance(value, str) and _ALONE.fullmatch(value) else value
        for name, value in data.items()
    }

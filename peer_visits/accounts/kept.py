"""What somebody typed into a form that could not be taken: carried along in the page, never on the server.

On the sign-in page each field travels under a prefix, so that a form's own `email` is not taken for the address that
signs in. On the page after it, and on the page of an expired form, fields have their own names again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from flask import current_app, request

PREFIX = "kept:"
FLAG = "kept"
LEFT_OUT = "left-out"
# Never written into a page: whoever knows them types them again.
_PASSWORDS = frozenset({"password", "present"})
# What the sign-in form itself needs of the limit: address, password, token.
_OWN_ROOM = 16 * 1024


class LeftOut(StrEnum):
    """What was sent and is not carried along."""

    FILE = "file"
    PASSWORD = "password"  # noqa: S105  (a kind of field, not a secret)
    TOO_MUCH = "too-much"


@dataclass(frozen=True)
class Kept:
    """Fields in the order they were sent, and what had to be left out."""

    fields: tuple[tuple[str, str], ...]
    left_out: frozenset[LeftOut]

    @property
    def can_go_on(self) -> bool:
        """Whether sending the fields again is what the person meant; half of a text never is."""
        return LeftOut.TOO_MUCH not in self.left_out

    @property
    def lacks_file(self) -> bool:
        """Whether a file has to be chosen again."""
        return LeftOut.FILE in self.left_out

    @property
    def lacks_password(self) -> bool:
        """Whether a password has to be typed again."""
        return LeftOut.PASSWORD in self.left_out

    def for_sign_in(self) -> list[tuple[str, str]]:
        """The hidden fields of the sign-in form."""
        notes = [(LEFT_OUT, str(what)) for what in sorted(self.left_out)]
        return [(FLAG, "yes"), *notes, *_prefixed(self.fields)]


def keep_sent() -> Kept:
    """The fields of this request's form, without its token, passwords and files."""
    sent = [(name, value) for name, value in request.form.items(multi=True) if name != _token_name()]
    fields = tuple((name, value) for name, value in sent if name not in _PASSWORDS)
    left_out = set()
    if len(fields) < len(sent):
        left_out.add(LeftOut.PASSWORD)
    if any(file.filename for file in request.files.values()):
        left_out.add(LeftOut.FILE)
    if not _fits(fields):
        return Kept((), frozenset({LeftOut.TOO_MUCH}))
    return Kept(fields, frozenset(left_out))


def carried() -> Kept | None:
    """What the sign-in form brings along, or nothing if it is an ordinary one."""
    if FLAG not in request.form:
        return None
    fields = tuple(
        (name.removeprefix(PREFIX), value)
        for name, value in request.form.items(multi=True)
        if name.startswith(PREFIX)
    )
    notes = set(request.form.getlist(LEFT_OUT))
    return Kept(fields, frozenset(what for what in LeftOut if what in notes))


def is_from_this_site() -> bool:
    """Whether one of our own pages sent this request, by what the browser says of it; silence is a no."""
    source = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return source.split("/")[2:3] == [request.host]


def _prefixed(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(PREFIX + name, value) for name, value in fields]


def _fits(fields: Iterable[tuple[str, str]]) -> bool:
    """Whether the sign-in form with these fields would be taken: letters beyond ASCII grow on their way."""
    most = int(current_app.config["MAX_FORM_MEMORY_SIZE"])
    return len(urlencode(_prefixed(fields))) <= most - _OWN_ROOM


def _token_name() -> str:
    return str(current_app.config["WTF_CSRF_FIELD_NAME"])

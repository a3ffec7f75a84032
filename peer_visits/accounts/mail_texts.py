"""The texts of the mails of accounts. They belong to no programme, so nobody gives them other words."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.wording.definition import Data, Form, Slot, Wording
from peer_visits.outbox.wording.slots import link, moment, text
from peer_visits.outbox.wording.speech import Speech

_UNTIL = moment("until", phrase("Until when the link is good"), "expires_at")
_AT = moment("at", phrase("When it happened"))
_MOMENT = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
_LINKED = {"secret": "a-sample", "expires_at": _MOMENT}
_OWNER = phrase("Whoever owns the account")


def _sign_in(data: Data, _speech: Speech) -> str:
    onward = f"?next={quote(str(data['wanted']), safe='')}" if data["wanted"] else ""
    return f"{data['public_url']}/sign-in/link/{data['secret']}{onward}"


def _text(name: str, title: Phrase, *slots: Slot, **sample: object) -> Wording:
    return Wording(name, title, _OWNER, slots, sample, is_editable=False)


def _page(path: str) -> Slot:
    return link("link", phrase("The page to go to"), path)


TEXTS = (
    _text("account.verify", phrase("Confirm an address"), _page("/verify/<secret>"), _UNTIL, **_LINKED),
    _text("account.reset", phrase("New password"), _page("/reset/<secret>"), _UNTIL, **_LINKED),
    _text(
        "account.sign_in_link",
        phrase("Link to sign in"),
        Slot("link", phrase("The page to go to"), _sign_in, Form.LINK, needed=True),
        _UNTIL,
        wanted="",
        **_LINKED,
    ),
    _text(
        "account.new_address",
        phrase("Confirm a new address"),
        _page("/account/email/<secret>"),
        _UNTIL,
        **_LINKED,
    ),
    _text("account.known", phrase("Already registered"), _page("/forgotten-password"), at=_MOMENT),
    _text(
        "account.password_changed", phrase("Password changed"), _page("/forgotten-password"), _AT, at=_MOMENT
    ),
    _text(
        "account.address_changes",
        phrase("Address about to change"),
        _page("/account/password"),
        _AT,
        text("new_address", phrase("The new address")),
        at=_MOMENT,
        new_address="new@example.org",
    ),
)

"""The organiser's outbox, the words of its mails, reminders; and leaving what is not essential."""

from __future__ import annotations

from peer_visits.mailing.views import outbox, public, reminders, words
from peer_visits.mailing.views.blueprint import blueprint

__all__ = ["blueprint", "outbox", "public", "reminders", "words"]

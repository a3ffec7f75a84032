"""Pages that only the demo has."""

from __future__ import annotations

from flask import Blueprint

from peer_visits.demo.mailbox import show_mailbox, show_message
from peer_visits.demo.style import show_style

blueprint = Blueprint("demo", __name__)
blueprint.add_url_rule("/dev/style", "style", show_style)
blueprint.add_url_rule("/dev/mailbox", "mailbox", show_mailbox)
blueprint.add_url_rule("/dev/mailbox/<uuid:message_id>", "message", show_message)

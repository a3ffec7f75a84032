"""Pages of this room."""

from __future__ import annotations

from flask import Blueprint

from peer_visits.demo.style import show_style

blueprint = Blueprint("demo", __name__)
blueprint.add_url_rule("/dev/style", "style", show_style)

"""Pages of this room."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("agenda", __name__)

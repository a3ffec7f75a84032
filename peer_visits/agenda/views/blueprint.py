"""The blueprint of the agenda's pages."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("agenda", __name__)

"""The blueprint of the pages about places."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("places", __name__)

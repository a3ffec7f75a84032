"""The blueprint of the pages of commitments."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("commitments", __name__)

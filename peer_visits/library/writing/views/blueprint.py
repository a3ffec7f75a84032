"""The blueprint of the pages of writing."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("writing", __name__)

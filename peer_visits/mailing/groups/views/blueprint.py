"""The blueprint of the pages of group mail."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("groups", __name__)

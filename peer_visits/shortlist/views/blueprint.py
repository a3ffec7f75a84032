"""The host desk's part of the address space."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("shortlist", __name__)

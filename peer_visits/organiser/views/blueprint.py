"""The blueprint of the organiser's pages over several rooms."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("organiser", __name__)

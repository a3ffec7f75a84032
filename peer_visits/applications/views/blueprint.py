"""The blueprint of the applicant's pages."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("applications", __name__)

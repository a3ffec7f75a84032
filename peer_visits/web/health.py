"""What a supervisor asks: is the process alive, is it ready to serve."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy.orm import Session

from peer_visits.storage.transaction import reading

blueprint = Blueprint("health", __name__)

Check = Callable[[Session], bool]


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Every part this process needs answers too; 503 names what does not."""
    checks: dict[str, Check] = current_app.extensions["readiness"]
    results = {name: check(reading()) for name, check in checks.items()}
    ready = all(results.values())
    return jsonify(status="ok" if ready else "unavailable", checks=results), 200 if ready else 503

"""`flask --app wsgi prepare`: everything between an installed program and a server that may start."""

from __future__ import annotations

import json
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from peer_visits.config import Settings
from peer_visits.demo.loading import demo_accounts, load_demo_once


def register(app: Flask) -> None:
    """Attach the command."""
    app.cli.add_command(prepare)


@click.command()
@with_appcontext
def prepare() -> None:
    """Bring the database up to date, load the demo once, print the demo's sign-ins as one line of JSON."""
    settings: Settings = current_app.extensions["settings"]
    upgrade()
    click.echo(json.dumps(_demo() if settings.demo else {"done": "up to date", "accounts": []}))


def _demo() -> dict[str, Any]:
    loaded = load_demo_once()
    return {"done": "demo loaded" if loaded else "up to date", "accounts": demo_accounts()}

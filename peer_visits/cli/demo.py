"""`flask --app wsgi demo`: loads the demo, or prints its accounts."""

from __future__ import annotations

import json

import click
from flask import Flask
from flask.cli import with_appcontext

from peer_visits.demo.loading import demo_accounts, load_demo_once


def register(app: Flask) -> None:
    """Attach the command, in the demo only: its accounts have a password that is printed."""
    if app.extensions["settings"].demo:
        app.cli.add_command(demo)


@click.command()
@click.option(
    "--accounts", is_flag=True, help="Print role, address and password of the demo accounts as JSON."
)
@with_appcontext
def demo(accounts: bool) -> None:
    """Load the demo into an empty database."""
    if accounts:
        click.echo(json.dumps(demo_accounts()))
        return
    click.echo("demo loaded" if load_demo_once() else "there are people already: nothing loaded")

"""`flask --app wsgi worker` and `flask --app wsgi mail test`."""

from __future__ import annotations

from datetime import timedelta

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from peer_visits.config import Settings
from peer_visits.jobs.bell import bell_of
from peer_visits.jobs.worker import Worker
from peer_visits.kernel import clock
from peer_visits.outbox.services import post_test_messages
from peer_visits.outbox.transport import choose_transport
from peer_visits.storage.transaction import writing

mail_group = AppGroup("mail", help="Look after the outgoing mail.")


def register(app: Flask) -> None:
    """Attach the commands."""
    app.cli.add_command(worker)
    app.cli.add_command(mail_group)


@click.command()
@click.option(
    "--lease",
    type=click.IntRange(1),
    default=300,
    help="Seconds after which a dead worker's mail is taken over.",
)
@with_appcontext
def worker(lease: int) -> None:
    """Run one worker process: it sends mail and runs the sweeps. Any number may run."""
    settings: Settings = current_app.extensions["settings"]
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    transport = choose_transport(app, settings.smtp_url, app.extensions["session_info"]["mail"])
    Worker(
        transport, bell_of(app), lease=timedelta(seconds=lease), per_minute=settings.mails_per_minute
    ).run()


@mail_group.command("test")
@click.option("--count", type=click.IntRange(1, 100_000), default=1, help="How many messages.")
@click.option("--to", "address", required=True, help="The address they go to.")
def mail_test(count: int, address: str) -> None:
    """Put test messages into the outbox, in one transaction."""
    with writing() as session:
        post_test_messages(session, address=address, count=count, now=clock.now())
    click.echo(f"{count} messages queued for {address}")

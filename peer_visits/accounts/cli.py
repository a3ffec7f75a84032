"""`flask --app wsgi create-administrator`: the first account of an installation."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import with_appcontext

from peer_visits.accounts.models import Person
from peer_visits.accounts.passwords import hash_password
from peer_visits.accounts.rules import password_problem
from peer_visits.accounts.services import find_person
from peer_visits.audit.services import record
from peer_visits.kernel import clock
from peer_visits.kernel.text import normal_address
from peer_visits.storage.transaction import writing


def register(app: Flask) -> None:
    """Attach the command."""
    app.cli.add_command(create_administrator)


@click.command()
@click.argument("email")
@click.option(
    "--password", prompt=True, hide_input=True, confirmation_prompt=True, envvar="PEER_VISITS_PASSWORD"
)
@with_appcontext
def create_administrator(email: str, password: str) -> None:
    """Make an account that may give roles. Asks for its password, or reads PEER_VISITS_PASSWORD."""
    address = normal_address(email)
    problem = password_problem(password, address)
    if problem:
        raise click.ClickException(str(problem))
    password_hash, now = hash_password(password), clock.now()
    with writing() as session:
        if find_person(session, address):
            raise click.ClickException(f"{address} has an account already")
        person = Person(
            email=address,
            name=address.split("@")[0],
            password_hash=password_hash,
            email_verified_at=now,
            created_at=now,
            is_administrator=True,
        )
        session.add(person)
        session.flush()
        record(session, actor=None, now=now, action="account.administrator_made", subject=person)
    click.echo(f"{address} can sign in and give roles")

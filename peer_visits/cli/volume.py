"""`flask --app wsgi volume`: a call of any size, and the addresses of the pages to measure."""

from __future__ import annotations

import json

import click
from flask import Flask
from flask.cli import with_appcontext

from peer_visits.accounts.passwords import hash_password
from peer_visits.demo.loading import demo_password
from peer_visits.demo.volume import VolumeAddresses, fill_volume
from peer_visits.kernel import clock
from peer_visits.storage.transaction import writing


def register(app: Flask) -> None:
    """Attach the command."""
    app.cli.add_command(volume)


@click.command()
@click.option("--applications", type=click.IntRange(1, 100_000), required=True, help="How many applications.")
@click.option("--visits", type=click.IntRange(1, 200), default=10, help="How many visits.")
@click.option("--seed", type=click.IntRange(0), default=1, help="The same seed gives the same call.")
@with_appcontext
def volume(applications: int, visits: int, seed: int) -> None:
    """Fill a fresh database with a closed call; prints whom and what to ask for as JSON."""
    password = demo_password()
    password_hash = hash_password(password)
    with writing() as session:
        addresses = fill_volume(
            session,
            applications=applications,
            visits=visits,
            seed=seed,
            password_hash=password_hash,
            now=clock.now(),
        )
    click.echo(json.dumps(_report(addresses, password)))


def _report(addresses: VolumeAddresses, password: str) -> dict[str, object]:
    return {
        "call": addresses.call,
        "visit": addresses.visit,
        "application": str(addresses.application),
        "password": password,
        "pages": [
            {"name": "public call page", "path": f"/calls/{addresses.call}", "as": None},
            {"name": "home", "path": "/", "as": None},
            {"name": "library", "path": "/library", "as": None},
            {"name": "my applications", "path": "/applications", "as": addresses.applicant},
            {
                "name": "organiser's call",
                "path": f"/organise/calls/{addresses.call}",
                "as": addresses.organiser,
            },
            {
                "name": "organiser's list",
                "path": f"/organise/calls/{addresses.call}/applications",
                "as": addresses.organiser,
            },
            {
                "name": "organiser's search",
                "path": f"/organise/calls/{addresses.call}/applications?q=applicant0",
                "as": addresses.organiser,
            },
            {
                "name": "organiser's filter",
                "path": f"/organise/calls/{addresses.call}/applications?kind=local",
                "as": addresses.organiser,
            },
            {
                "name": "search that finds all",
                "path": f"/organise/calls/{addresses.call}/applications?q=synthetic",
                "as": addresses.organiser,
            },
            {
                "name": "application form",
                "path": f"/calls/{addresses.call}/apply",
                "as": addresses.applicant,
            },
            {"name": "host desk", "path": "/host", "as": addresses.host},
            {"name": "host's board", "path": f"/host/{addresses.visit}", "as": addresses.host},
            {
                "name": "reading page",
                "path": f"/host/{addresses.visit}/choices/{addresses.choices[0]}",
                "as": addresses.host,
            },
            {
                "name": "side by side",
                "path": f"/host/{addresses.visit}/compare?{_choices(addresses)}",
                "as": addresses.host,
            },
        ],
    }


def _choices(addresses: VolumeAddresses) -> str:
    return "&".join(f"choice={choice}" for choice in addresses.choices)

"""`flask --app wsgi library import FOLDER_OR_TABLE --as ADDRESS`: existing reports into the library."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from peer_visits.accounts.models import Person
from peer_visits.accounts.services import find_person
from peer_visits.files.serving import current_scanner, current_store
from peer_visits.imports.reading import read_sheet
from peer_visits.imports.reports.bundles import Bundle, open_files
from peer_visits.imports.reports.rules import Line, lines_of_files, read_lines
from peer_visits.imports.reports.services import Judged, Verdict, judge_bundle, take_in_bundle
from peer_visits.kernel import clock
from peer_visits.kernel.errors import Refused
from peer_visits.storage.transaction import reading, writing

group = AppGroup("library", short_help="Existing reports into the library.")
_TABLES = frozenset({".csv", ".xlsx"})


def register(app: Flask) -> None:
    """Attach the command."""
    app.cli.add_command(group)


@group.command("import")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--as", "address", required=True, help="The organiser who takes them in.")
@click.option("--take-in", is_flag=True, help="Take in what is new; without it, only say what would happen.")
@click.option("--leave-out", is_flag=True, help="Take in what is new though some lines are wrong.")
def import_reports(path: Path, address: str, take_in: bool, leave_out: bool) -> None:
    """Take reports in from PATH: a table beside its PDFs, a folder with one, or a folder of PDFs named like visits.

    Says line by line what is new, there and wrong. Exits with 1 if something is wrong and not left out.
    """
    try:
        bundle, actor = _read(path), _organiser(address)
        reading().rollback()
        judged = judge_bundle(reading(), actor, bundle, clock.now())
        _print(judged)
        wrong = len(judged.of(Verdict.WRONG))
        reading().rollback()
        if take_in and (leave_out or not wrong):
            with writing() as session:
                person = session.get_one(Person, actor.id)
                take_in_bundle(session, actor=person, now=clock.now(), bundle=bundle, leave_out=wrong)
            click.echo("taken in")
        elif wrong and not leave_out:
            raise SystemExit(1)
    except Refused as refusal:
        raise click.ClickException(str(refusal.reason)) from None


def _organiser(address: str) -> Person:
    person = find_person(reading(), address)
    if person is None:
        raise click.ClickException(f"Nobody has the address {address}.")
    return person


def _read(path: Path) -> Bundle:
    folder = path if path.is_dir() else path.parent
    pdfs = {one.name: one for one in sorted(folder.iterdir()) if one.suffix.lower() == ".pdf"}
    lines = _lines(path, list(pdfs))
    if path.is_file():
        named = {line.file_among(list(pdfs)) for line in lines}
        pdfs = {name: one for name, one in pdfs.items() if name in named}
    most = current_app.extensions["settings"].upload_bytes
    sent = ((name, one.open("rb")) for name, one in pdfs.items())
    return Bundle(lines, *open_files(current_store(), sent, most_bytes=most, scanner=current_scanner()))


def _lines(path: Path, names: list[str]) -> list[Line]:
    tables = [path] if path.is_file() else [one for one in path.iterdir() if one.suffix.lower() in _TABLES]
    if len(tables) > 1:
        raise click.ClickException("The folder holds more than one table. Name the one to read.")
    if not tables:
        return lines_of_files(names)
    with tables[0].open("rb") as opened:
        sheet = read_sheet(opened, tables[0].name)
    lines, faults = read_lines(sheet.headers, sheet.rows)
    if faults:
        raise click.ClickException(str(faults[0]))
    return lines


def _print(judged: Judged) -> None:
    for entry in judged.entries:
        faults = "".join(f"\n       {fault}" for fault in entry.faults)
        title = entry.told.content.title if entry.told else ""
        title += " (and its visit)" if entry.new_visit else ""
        click.echo(f"{entry.line.number:>5}  {entry.verdict:<5}  {entry.line.visit}: {title}{faults}")
    for name in judged.unused:
        click.echo(f"       no line names the file {name}")
    click.echo(", ".join(f"{len(judged.of(verdict))} {verdict}" for verdict in Verdict))

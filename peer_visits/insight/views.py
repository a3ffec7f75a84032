"""Figures of a call and of all calls of a programme: pictures, their tables, a map, a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from peer_visits.accounts.current import current_person
from peer_visits.calls.access import get_call_for_organiser, get_programme_for_organiser
from peer_visits.insight.europe import list_countries, list_shapes
from peer_visits.insight.queries import add_up, list_calls_of_programme, read_figures
from peer_visits.insight.tables import Series, as_csv, series_of_call, series_over_calls
from peer_visits.storage.transaction import reading

blueprint = Blueprint("insight", __name__)


@blueprint.route("/organise/calls/<slug>/figures")
def call(slug: str) -> ResponseReturnValue:
    """The figures of one call."""
    found = get_call_for_organiser(reading(), current_person(), slug)
    [figures] = read_figures(reading(), [found])
    countries = list_countries(figures.host_countries, figures.placed_countries)
    return render_template(
        "insight/call.html",
        call=found,
        figures=figures,
        series=series_of_call(figures),
        countries=countries,
        shapes=list_shapes(countries),
    )


@blueprint.get("/organise/calls/<slug>/figures.csv")
def call_csv(slug: str) -> Response:
    """The tables of one call as a file."""
    found = get_call_for_organiser(reading(), current_person(), slug)
    [figures] = read_figures(reading(), [found])
    return _file(series_of_call(figures), f"{slug}-figures.csv")


@blueprint.route("/organise/programmes/<slug>/figures")
def programme(slug: str) -> ResponseReturnValue:
    """The figures of all calls of a programme."""
    found = get_programme_for_organiser(reading(), current_person(), slug)
    figures = read_figures(reading(), list_calls_of_programme(reading(), found.id))
    total = add_up(figures)
    countries = list_countries(total.get("hosts", Counter()), total.get("participants", Counter()))
    return render_template(
        "insight/programme.html",
        programme=found,
        figures=figures,
        series=series_over_calls(figures),
        countries=countries,
        shapes=list_shapes(countries),
    )


@blueprint.get("/organise/programmes/<slug>/figures.csv")
def programme_csv(slug: str) -> Response:
    """The tables over all calls as a file."""
    found = get_programme_for_organiser(reading(), current_person(), slug)
    figures = read_figures(reading(), list_calls_of_programme(reading(), found.id))
    return _file(series_over_calls(figures), f"{slug}-figures.csv")


def _file(tables: Sequence[Series], name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + as_csv(tables), mimetype="text/csv", headers=headers)

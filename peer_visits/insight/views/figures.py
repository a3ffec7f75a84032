"""Figures of a call and of all calls of a programme: pictures, their tables, a map, a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from peer_visits.accounts.current import current_person
from peer_visits.calls.access import get_call_for_organiser, get_programme_for_organiser
from peer_visits.calls.models import Programme
from peer_visits.insight.europe import CountryRow, list_countries, list_shapes
from peer_visits.insight.queries import CallFigures, add_up, list_calls_of_programme, read_figures
from peer_visits.insight.tables import series_of_call, series_over_calls
from peer_visits.insight.views.blueprint import blueprint
from peer_visits.storage.transaction import reading
from peer_visits.web.series import Series, as_csv


@blueprint.route("/organise/calls/<slug>/figures")
def call(slug: str) -> ResponseReturnValue:
    """The figures of one call."""
    found = get_call_for_organiser(reading(), current_person(), slug)
    [figures] = read_figures(reading(), [found])
    countries = list_countries(figures.host_countries, figures.placed_countries)
    return _page("insight/call.html", countries, call=found, figures=figures, series=series_of_call(figures))


@blueprint.get("/organise/calls/<slug>/figures.csv")
def call_csv(slug: str) -> Response:
    """The tables of one call as a file."""
    found = get_call_for_organiser(reading(), current_person(), slug)
    [figures] = read_figures(reading(), [found])
    return as_file(series_of_call(figures), f"{slug}-figures.csv")


@blueprint.route("/organise/programmes/<slug>/figures")
def programme(slug: str) -> ResponseReturnValue:
    """The figures of all calls of a programme."""
    found, figures = _over_calls(slug)
    total = add_up(figures)
    countries = list_countries(total.get("hosts", Counter()), total.get("participants", Counter()))
    series = series_over_calls(figures)
    return _page("insight/programme.html", countries, programme=found, figures=figures, series=series)


@blueprint.get("/organise/programmes/<slug>/figures.csv")
def programme_csv(slug: str) -> Response:
    """The tables over all calls as a file."""
    _found, figures = _over_calls(slug)
    return as_file(series_over_calls(figures), f"{slug}-figures.csv")


def _over_calls(slug: str) -> tuple[Programme, Sequence[CallFigures]]:
    found = get_programme_for_organiser(reading(), current_person(), slug)
    return found, read_figures(reading(), list_calls_of_programme(reading(), found.id))


def _page(template: str, countries: Sequence[CountryRow], **values: Any) -> str:
    return render_template(template, countries=countries, shapes=list_shapes(countries), **values)


def as_file(tables: Sequence[Series], name: str) -> Response:
    """Tables as CSV under a name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + as_csv(tables), mimetype="text/csv", headers=headers)

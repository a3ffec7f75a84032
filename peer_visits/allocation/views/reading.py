"""What a run came to, person by person and visit by visit, and beside another run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts.current import current_person
from peer_visits.allocation.access import get_run_for_organiser
from peer_visits.allocation.pages import describe
from peer_visits.allocation.services import asking
from peer_visits.allocation.settings import differing_rules
from peer_visits.allocation.viewing import Outcome, PersonRow, Reader, list_changes, matching
from peer_visits.allocation.views.blueprint import blueprint
from peer_visits.kernel.errors import must_exist
from peer_visits.storage.transaction import reading
from peer_visits.visits.models import Visit
from peer_visits.visits.queries import list_visits_of_call
from peer_visits.web.pages import cut_page, requested_page


@blueprint.route("/organise/calls/<slug>/allocation/<int:number>/people")
def people(slug: str, number: int) -> ResponseReturnValue:
    """Everybody who took part: what they got of their wishes, and why."""
    call, found = get_run_for_organiser(reading(), current_person(), slug, number)
    rows = Reader(reading(), found, list_visits_of_call(reading(), call.id)).person_rows()
    outcome = next((one for one in Outcome if one == request.args.get("outcome")), None)
    words = request.args.get("q", "").strip()[:200]
    return render_template(
        "allocation/people.html",
        call=call,
        run=found,
        chips=_outcome_chips(rows, outcome, slug, number),
        words=words,
        outcome=outcome,
        page=cut_page(matching(rows, outcome=outcome, words=words), requested_page()),
        Outcome=Outcome,
    )


def _outcome_chips(
    rows: list[PersonRow], chosen: Outcome | None, slug: str, number: int
) -> list[dict[str, Any]]:
    names = {
        None: _("Everybody"),
        Outcome.PLACED: _("With a place"),
        Outcome.WAITING: _("Waiting"),
        Outcome.NOTHING: _("Neither"),
    }
    return [
        {
            "label": label,
            "url": url_for("allocation.people", slug=slug, number=number, outcome=one),
            "count": sum(one in {None, row.outcome} for row in rows),
            "current": one is chosen,
        }
        for one, label in names.items()
    ]


@blueprint.route("/organise/calls/<slug>/allocation/<int:number>/visits/<visit_slug>")
def visit(slug: str, number: int, visit_slug: str) -> ResponseReturnValue:
    """One visit: who got a place, who waits, and who neither, each with the reason."""
    call, found = get_run_for_organiser(reading(), current_person(), slug, number)
    visits = list_visits_of_call(reading(), call.id)
    shown = _one_visit(visits, visit_slug)
    by_id = {str(one.id): one for one in visits}
    figures = describe(found.summary, by_id) if found.summary else None
    return render_template(
        "allocation/visit.html",
        call=call,
        run=found,
        visit=shown,
        row=figures.visit(shown) if figures else None,
        page=cut_page(Reader(reading(), found, visits).visit_rows(str(shown.id)), requested_page()),
        Outcome=Outcome,
    )


def _one_visit(visits: Sequence[Visit], slug: str) -> Visit:
    return must_exist(next((one for one in visits if one.slug == slug), None))


@blueprint.route("/organise/calls/<slug>/allocation/<int:number>/compare/<int:other>")
def compare(slug: str, number: int, other: int) -> ResponseReturnValue:
    """Two runs side by side: figures, rules, and everybody who gets something else."""
    call, before = get_run_for_organiser(reading(), current_person(), slug, number)
    _call, after = get_run_for_organiser(reading(), current_person(), slug, other)
    visits = list_visits_of_call(reading(), call.id)
    by_id = {str(one.id): one for one in visits}
    changes = list_changes(Reader(reading(), before, visits), Reader(reading(), after, visits))
    settings = asking.settings_of(before), asking.settings_of(after)
    return render_template(
        "allocation/compare.html",
        call=call,
        before=before,
        after=after,
        figures=[describe(one.summary, by_id) if one.summary else None for one in (before, after)],
        settings=settings,
        differing=differing_rules(*settings),
        is_same_input=before.input_hash == after.input_hash,
        page=cut_page(changes, requested_page()),
    )

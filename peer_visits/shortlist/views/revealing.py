"""Closing the scores of a blind call, which shows the names to the team."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts.current import current_person
from peer_visits.calls.rules import is_open
from peer_visits.shortlist.forms import RevealForm
from peer_visits.shortlist.identity import are_names_hidden
from peer_visits.shortlist.queries.reading import count_missing
from peer_visits.shortlist.queries.shortlist import find_shortlist
from peer_visits.shortlist.services.revealing import reveal_names
from peer_visits.shortlist.views.blueprint import blueprint
from peer_visits.storage.transaction import reading
from peer_visits.visits.access import get_visit_for_lead
from peer_visits.web.moment import request_time


@blueprint.route("/host/<slug>/names", methods=["GET", "POST"])
def reveal(slug: str) -> ResponseReturnValue:
    """What closing the scores means, and the button."""
    get_visit_for_lead(reading(), current_person(), slug)
    form = RevealForm()
    if form.validate_on_submit() and _reveal(form, slug):
        flash(_("The scores are closed, and your team sees the names."))
        return redirect(url_for("shortlist.board", slug=slug))
    return _page(form, slug), 422 if form.is_submitted() else 200


def _reveal(form: RevealForm, slug: str) -> bool:
    return form.carry_out(
        lambda session: reveal_names(
            session,
            actor=current_person(),
            now=request_time(),
            visit=get_visit_for_lead(session, current_person(), slug),
            version=form.expected_version,
            sure=bool(form.sure.data),
        )
    )


def _page(form: RevealForm, slug: str) -> str:
    session = reading()
    visit = get_visit_for_lead(session, current_person(), slug)
    form.version.data = str(find_shortlist(session, visit).version)
    return render_template(
        "shortlist/reveal.html",
        form=form,
        visit=visit,
        hidden=are_names_hidden(session, visit),
        missing=count_missing(session, visit),
        is_open=is_open(visit.call, request_time()),
    )

"""Two to four applicants side by side."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts.current import current_person
from peer_visits.shortlist.comparing import FEWEST, MOST, Compared, compare_choices, list_questions_of
from peer_visits.shortlist.identity import are_names_hidden
from peer_visits.shortlist.views.blueprint import blueprint
from peer_visits.storage.transaction import reading
from peer_visits.visits.access import get_visit_for_host, is_lead


@blueprint.route("/host/<slug>/compare", methods=["GET", "POST"])
def compare(slug: str) -> ResponseReturnValue:
    """The ticked applicants beside each other. The board's ticks are posted, and asked for again by address."""
    session, person = reading(), current_person()
    visit = get_visit_for_host(session, person, slug)
    wanted = [one for value in request.values.getlist("choice") if (one := _uuid(value))]
    if request.method == "POST" and FEWEST <= len(wanted) <= MOST:
        return redirect(url_for("shortlist.compare", slug=slug, choice=wanted), 303)
    hidden = are_names_hidden(session, visit)
    compared = compare_choices(session, visit, wanted[: MOST + 1], person, hidden=hidden)
    if not FEWEST <= len(compared) <= MOST:
        flash(_("Tick two to four applicants to see them side by side."), "error")
        return redirect(url_for("shortlist.board", slug=slug))
    return render_template(
        "shortlist/compare.html",
        visit=visit,
        compared=[(one, _urls(slug, one)) for one in compared],
        questions=list_questions_of(compared),
        leads=is_lead(session, person, visit),
    )


def _urls(slug: str, one: Compared) -> dict[str, Any]:
    return {
        name: partial(url_for, f"shortlist.{name}", slug=slug, choice_id=one.seen.choice_id)
        for name in ("attachment", "preview")
    }


def _uuid(value: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(value)
    except ValueError:
        return None

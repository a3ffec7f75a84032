"""Sending a shortlist to the organiser, and getting it back."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts.current import current_person
from peer_visits.calls.rules import is_open
from peer_visits.kernel.errors import Refused
from peer_visits.shortlist.forms import HandOverForm
from peer_visits.shortlist.identity import are_names_hidden
from peer_visits.shortlist.queries.groups import find_group
from peer_visits.shortlist.queries.moves import read_order
from peer_visits.shortlist.queries.piles import count_piles
from peer_visits.shortlist.queries.shortlist import find_shortlist
from peer_visits.shortlist.services.handing_over import hand_over as hand_shortlist_over
from peer_visits.shortlist.services.handing_over import reopen_shortlist
from peer_visits.shortlist.states import Proposal
from peer_visits.shortlist.views.blueprint import blueprint
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.access import get_visit_for_lead, get_visit_for_organiser
from peer_visits.web.formats import say
from peer_visits.web.forms import typed
from peer_visits.web.moment import request_time


@blueprint.route("/host/<slug>/hand-over", methods=["GET", "POST"])
def hand_over(slug: str) -> ResponseReturnValue:
    """See what will be sent, then send it to the organiser."""
    get_visit_for_lead(reading(), current_person(), slug)
    form = HandOverForm()
    if form.validate_on_submit() and _hand_over(form, slug):
        flash(_("The shortlist is with the organiser."))
        return redirect(url_for("shortlist.board", slug=slug))
    return _hand_over_page(form, slug), 422 if form.is_submitted() else 200


def _hand_over_page(form: HandOverForm, slug: str) -> str:
    session = reading()
    visit = get_visit_for_lead(session, current_person(), slug)
    shortlist = find_shortlist(session, visit)
    form.version.data = str(shortlist.version)
    return render_template(
        "shortlist/hand_over.html",
        form=form,
        visit=visit,
        shortlist=shortlist,
        piles=count_piles(session, visit),
        group=find_group(
            session,
            read_order(session, visit)[Proposal.SHORTLISTED],
            hidden=are_names_hidden(session, visit),
        ),
        is_open=is_open(visit.call, request_time()),
    )


def _hand_over(form: HandOverForm, slug: str) -> bool:
    return form.carry_out(
        lambda session: hand_shortlist_over(
            session,
            actor=current_person(),
            now=request_time(),
            visit=get_visit_for_lead(session, current_person(), slug),
            version=form.expected_version,
            note=typed(form.note),
        )
    )


@blueprint.post("/host/<slug>/reopen")
def reopen(slug: str) -> ResponseReturnValue:
    """The organiser gives a shortlist back to its host team."""
    try:
        with writing() as session:
            visit = get_visit_for_organiser(session, current_person(), slug)
            call_slug = visit.call.slug
            reopen_shortlist(session, actor=current_person(), now=request_time(), visit=visit)
    except Refused as refusal:
        flash(say(refusal.reason), "error")
    else:
        flash(_("The shortlist is open again; its host team has been told."))
    return redirect(url_for("organiser.call", slug=call_slug))

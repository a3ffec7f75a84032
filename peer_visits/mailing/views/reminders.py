"""The reminders of a call."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts.current import current_person
from peer_visits.calls.access import get_call_for_organiser
from peer_visits.mailing.forms_reminders import reminders_form
from peer_visits.mailing.reminding import list_reminders, set_reminders
from peer_visits.mailing.views.blueprint import blueprint
from peer_visits.storage.transaction import reading
from peer_visits.web.moment import request_time


@blueprint.route("/organise/calls/<slug>/reminders", methods=["GET", "POST"])
def reminders(slug: str) -> ResponseReturnValue:
    """When each reminder of a call comes, and how late it may."""
    call = get_call_for_organiser(reading(), current_person(), slug)
    moments = list_reminders(reading(), call)
    form = reminders_form(one for moment in moments for one in moment.reminders)
    if form.validate_on_submit() and form.carry_out(
        lambda session: set_reminders(
            session,
            actor=current_person(),
            now=request_time(),
            call=get_call_for_organiser(session, current_person(), slug),
            wanted=form.settings,
        )
    ):
        flash(_("The reminders are saved."))
        return redirect(url_for("mailing.reminders", slug=slug))
    call = get_call_for_organiser(reading(), current_person(), slug)
    page = render_template("mailing/reminders.html", call=call, moments=moments, form=form)
    return page, 422 if form.is_submitted() else 200

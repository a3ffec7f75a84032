"""The organiser's side: how long a call keeps what, and the record of processing."""

from __future__ import annotations

import csv
import io

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts.current import current_person
from peer_visits.calls.access import get_call_for_organiser, get_programme_for_organiser
from peer_visits.calls.models import CallRetention
from peer_visits.privacy.endings import list_groups, questions_ahead
from peer_visits.privacy.forms import LimitsForm, usual_limits
from peer_visits.privacy.queries import list_calls_with_limits
from peer_visits.privacy.rules import Outcome
from peer_visits.privacy.services import set_limits
from peer_visits.privacy.views.blueprint import blueprint
from peer_visits.privacy.warning import count_told
from peer_visits.privacy.words import FATES, OUTCOMES, room_words, told_rooms
from peer_visits.storage.personal import Holding, Room
from peer_visits.storage.transaction import reading
from peer_visits.web.cells import safe_cell
from peer_visits.web.formats import say
from peer_visits.web.moment import request_time


@blueprint.route("/organise/calls/<slug>/retention", methods=["GET", "POST"])
def limits(slug: str) -> ResponseReturnValue:
    """How long a call keeps applications, with what that means for those it has."""
    call = get_call_for_organiser(reading(), current_person(), slug)
    retention = reading().get(CallRetention, call.id)
    form = LimitsForm(data=_known(retention))
    if form.validate_on_submit() and form.carry_out(
        lambda writer: set_limits(
            writer,
            actor=current_person(),
            now=request_time(),
            call=call,
            version=form.expected_version,
            months=form.months,
            warn_days=form.warn_days.data or 0,
            takes_accounts=bool(form.takes_accounts.data),
            is_held=bool(form.is_held.data),
            held_for=form.held_for.data or "",
        )
    ):
        flash(_("It is kept that long from now on."))
        return redirect(url_for("privacy.limits", slug=slug))
    call = get_call_for_organiser(reading(), current_person(), slug)
    retention = reading().get(CallRetention, call.id)
    page = render_template(
        "privacy/limits.html",
        call=call,
        retention=retention,
        form=form,
        groups=list_groups(reading(), call, retention),
        questions=questions_ahead(reading(), call),
        told=count_told(reading(), call.id),
        OUTCOMES=OUTCOMES,
    )
    return page, 422 if form.is_submitted() else 200


def _known(retention: CallRetention | None) -> dict[str, object]:
    if retention is None:
        return usual_limits()
    known: dict[str, object] = {str(one): getattr(retention, f"{one}_months") for one in Outcome}
    names = ("warn_days", "takes_accounts", "is_held", "held_for", "version")
    return {**known, **{name: getattr(retention, name) for name in names}}


@blueprint.get("/organise/programmes/<slug>/processing")
def processing(slug: str) -> str:
    """The record of processing activities, as the rooms themselves say it."""
    programme = get_programme_for_organiser(reading(), current_person(), slug)
    return render_template(
        "privacy/processing.html",
        programme=programme,
        rooms=told_rooms(),
        calls=list_calls_with_limits(reading(), programme.id),
        at=request_time(),
    )


@blueprint.get("/organise/programmes/<slug>/processing.csv")
def processing_csv(slug: str) -> Response:
    """The same as a file."""
    programme = get_programme_for_organiser(reading(), current_person(), slug)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_("Part"), _("What"), _("Data"), _("Purpose"), _("Kept"), _("After an erasure")])
    for room in told_rooms():
        for holding in room.holdings:
            writer.writerows(_lines(room, holding))
    name = f"{programme.slug}-processing.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(out.getvalue(), mimetype="text/csv", headers=headers)


def _lines(room: Room, holding: Holding) -> list[list[str]]:
    ends = [say(holding.kept), str(FATES[holding.fate])]
    return [
        [
            safe_cell(text)
            for text in (room_words(room.name), say(holding.title), say(one.what), say(one.why), *ends)
        ]
        for one in holding.fields
    ]

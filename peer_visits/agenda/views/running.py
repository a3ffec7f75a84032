"""The running sheet of a visit: for the host team and the organiser, and for speakers by their mailed link."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peer_visits.accounts.current import current_person
from peer_visits.agenda.queries.releases import COMING, find_latest_release
from peer_visits.agenda.queries.sessions import find_speaker_by_secret, list_sessions
from peer_visits.agenda.releases import changes_between, release_content, released_items
from peer_visits.agenda.running_sheet import sheet_of_hosts, sheet_of_speaker
from peer_visits.agenda.views.blueprint import blueprint
from peer_visits.agenda.words import kind_names
from peer_visits.storage.transaction import reading
from peer_visits.visits.access import get_visit_for_editor
from peer_visits.visits.models import Visit


@blueprint.get("/agenda/<slug>/running-sheet")
def running_sheet(slug: str) -> str:
    """The board as it stands, in the order of time, with how to reach who speaks."""
    visit = get_visit_for_editor(reading(), current_person(), slug)
    sessions = list_sessions(reading(), visit.id)
    latest = find_latest_release(reading(), visit.id)
    return render_template(
        "agenda/running_sheet.html",
        visit=visit,
        days=sheet_of_hosts(sessions, visit.zone),
        kinds=kind_names(),
        latest=latest,
        changes=changes_between(latest, release_content(sessions, visit)),
        is_host=True,
    )


@blueprint.get("/speaking/<secret>/running-sheet")
def speakers_sheet(secret: str) -> ResponseReturnValue:
    """The published agenda for somebody who speaks: nobody's address, and the links of their own sessions."""
    speaker = find_speaker_by_secret(reading(), secret)
    if speaker is None:
        return render_template("agenda/speaking_gone.html"), 410
    if speaker.state not in COMING:
        return redirect(url_for("agenda.speaking", secret=secret))
    visit = reading().get_one(Visit, speaker.visit_id)
    latest = find_latest_release(reading(), visit.id)
    sessions = {str(one.id): one for one in list_sessions(reading(), visit.id)}
    return render_template(
        "agenda/running_sheet.html",
        visit=visit,
        days=sheet_of_speaker(
            released_items(latest) if latest else [], sessions, str(speaker.id), visit.zone
        ),
        kinds=kind_names(),
        latest=latest,
        changes=[],
        is_host=False,
        secret=secret,
    )

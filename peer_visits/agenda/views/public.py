"""What everybody sees: the latest release and those before it, its calendar file, material and speakers."""

from __future__ import annotations

import uuid

from flask import Response, current_app, render_template, url_for

from peer_visits.accounts.current import current_person_or_none
from peer_visits.agenda.access import get_material, get_portrait, get_release
from peer_visits.agenda.board import make_board
from peer_visits.agenda.calendars import public_calendar
from peer_visits.agenda.models import AgendaRelease
from peer_visits.agenda.queries.late import list_late_changes
from peer_visits.agenda.queries.releases import find_latest_release
from peer_visits.agenda.queries.sessions import list_introduced_speakers
from peer_visits.agenda.releases import released_dates, released_items
from peer_visits.agenda.rules import own_zone
from peer_visits.agenda.showing.access import get_readable_visit, is_public, may_read
from peer_visits.agenda.views.blueprint import blueprint
from peer_visits.agenda.words import kind_names
from peer_visits.files.serving import send_preview, send_stored
from peer_visits.storage.transaction import reading
from peer_visits.visits.access import get_published_visit
from peer_visits.visits.models import Visit
from peer_visits.web.headers import open_to_programs
from peer_visits.web.moment import request_time


@blueprint.get("/visits/<slug>/agenda")
def public(slug: str) -> str:
    """The latest release, by day, for whoever may read it."""
    visit = get_published_visit(reading(), slug)
    may = may_read(reading(), current_person_or_none(), visit)
    return _public_page(visit, find_latest_release(reading(), visit.id) if may else None)


@blueprint.get("/visits/<slug>/agenda/<int(max=9999):number>")
def release(slug: str, number: int) -> str:
    """An earlier release, as it was."""
    visit = _readable(slug)
    return _public_page(visit, get_release(reading(), visit, number))


def _public_page(visit: Visit, shown: AgendaRelease | None) -> str:
    items = released_items(shown) if shown else []
    latest = find_latest_release(reading(), visit.id)
    is_latest = bool(shown and latest and shown.number == latest.number)
    return render_template(
        "agenda/public.html",
        visit=visit,
        release=shown,
        latest=latest,
        is_latest=is_latest,
        late=list_late_changes(reading(), visit.id, request_time()) if is_latest else [],
        dates=released_dates(shown) if shown else {},
        board=make_board(items, visit.zone),
        kinds=kind_names(),
        speakers=list_introduced_speakers(reading(), visit.id, items) if is_latest else [],
        own_zone=own_zone([item["starts_at"] for item in items], visit.zone, _zone_of_reader()),
    )


def _readable(slug: str) -> Visit:
    return get_readable_visit(reading(), current_person_or_none(), slug)


def _zone_of_reader() -> str:
    person = current_person_or_none()
    return person.time_zone if person else ""


@blueprint.get("/visits/<slug>/agenda.ics")
def calendar(slug: str) -> Response:
    """The latest release as a calendar file, without the links that are for participants."""
    visit = _readable(slug)
    shown = get_release(reading(), visit)
    url = current_app.extensions["settings"].public_url + url_for("agenda.public", slug=slug)
    content = public_calendar(visit, released_items(shown), published_at=shown.published_at, url=url)
    answer = Response(content, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = f'attachment; filename="{visit.slug}.ics"'
    return open_to_programs(answer) if is_public(reading(), visit) else answer


@blueprint.get("/visits/<slug>/agenda/material/<uuid:session_id>")
def material(slug: str, session_id: uuid.UUID) -> Response:
    """A session's file, once the agenda with it is published."""
    visit = _readable(slug)
    stored = get_material(reading(), visit, session_id)
    return send_stored(stored, public=is_public(reading(), visit))


@blueprint.get("/visits/<slug>/agenda/speakers/<uuid:speaker_id>/picture")
def portrait(slug: str, speaker_id: uuid.UUID) -> Response:
    """A speaker's picture, as long as they agree and the published agenda names them."""
    visit = _readable(slug)
    return send_preview(get_portrait(reading(), visit, speaker_id))

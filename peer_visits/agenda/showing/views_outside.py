"""The public agenda outside its page: as data for programs, in a frame of another site, on paper."""

from __future__ import annotations

import json
from html import escape

from flask import Response, current_app, make_response, render_template, url_for

from peer_visits.accounts.current import current_person_or_none
from peer_visits.agenda.access import get_release
from peer_visits.agenda.releases import released_items
from peer_visits.agenda.rules import own_zone
from peer_visits.agenda.showing.access import (
    find_public_release,
    get_readable_visit,
    get_visit_with_public_agenda,
    is_public,
)
from peer_visits.agenda.showing.exporting import agenda_as_data
from peer_visits.agenda.showing.present import by_day
from peer_visits.agenda.showing.sheet import agenda_pdf
from peer_visits.agenda.views.blueprint import blueprint
from peer_visits.agenda.words import kind_names
from peer_visits.storage.transaction import reading
from peer_visits.visits.access import get_published_visit
from peer_visits.visits.models import Visit
from peer_visits.web.headers import embedded, open_to_programs
from peer_visits.web.limits import limiter


@blueprint.get("/visits/<slug>/agenda.json")
def export_json(slug: str) -> Response:
    """The agenda as JSON, for everybody or nobody; programs on other sites may read it."""
    visit = get_visit_with_public_agenda(reading(), slug)
    data = agenda_as_data(visit, get_release(reading(), visit), agenda_url(visit))
    content = json.dumps(data, ensure_ascii=False, indent=1)
    return open_to_programs(Response(content, mimetype="application/json"))


def agenda_url(visit: Visit) -> str:
    """The whole address of the agenda's page."""
    return _whole(url_for("agenda.public", slug=visit.slug))


def _whole(path: str) -> str:
    public_url: str = current_app.extensions["settings"].public_url
    return public_url + path


def frame_of(visit: Visit) -> str:
    """The HTML that shows the agenda in another site."""
    source = _whole(url_for("agenda.widget", slug=visit.slug))
    title = f"{visit.place}: {visit.title}"
    return f'<iframe src="{escape(source)}" title="{escape(title)}" width="100%" height="640" loading="lazy"></iframe>'


@blueprint.get("/visits/<slug>/agenda/widget")
def widget(slug: str) -> Response:
    """The agenda to be framed by other sites: the same for everybody, no script, no cookie."""
    visit = get_published_visit(reading(), slug)
    release = find_public_release(reading(), visit)
    items = released_items(release) if release else []
    page = render_template(
        "agenda/widget.html",
        visit=visit,
        release=release,
        items=items,
        days=by_day(items, visit.zone),
        kinds=kind_names(),
        url=agenda_url(visit),
    )
    return embedded(make_response(page))


@blueprint.get("/visits/<slug>/agenda.pdf")
@limiter.limit("30 per minute")
def sheet(slug: str) -> Response:
    """The agenda on paper, for whoever may read it; with the reader's own clock where it differs."""
    person = current_person_or_none()
    visit = get_readable_visit(reading(), person, slug)
    release = get_release(reading(), visit)
    moments = [item["starts_at"] for item in released_items(release)]
    own = own_zone(moments, visit.zone, person.time_zone if person else "")
    answer = Response(agenda_pdf(visit, release, own), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{visit.slug}-agenda.pdf"'
    if is_public(reading(), visit) and not own:
        answer.headers["Cache-Control"] = "public, max-age=300"
    return answer

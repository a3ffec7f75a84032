"""Pages of what was published: who may read it, and what is now and next for those who take part."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.agenda.breaking_out import own_group
from peer_visits.agenda.models import AgendaRelease
from peer_visits.agenda.queries.late import list_late_changes
from peer_visits.agenda.queries.releases import find_latest_release
from peer_visits.agenda.releases import content_mark, released_items
from peer_visits.agenda.rules import own_zone
from peer_visits.agenda.showing.access import is_public
from peer_visits.agenda.showing.present import Present, by_day, present_at
from peer_visits.agenda.showing.queries import Attended, list_attended
from peer_visits.agenda.showing.services import close_agenda, open_agenda
from peer_visits.agenda.showing.views_outside import agenda_url, frame_of
from peer_visits.agenda.views.blueprint import blueprint
from peer_visits.agenda.words import kind_names
from peer_visits.places.access import get_own_place
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import reading
from peer_visits.visits.access import get_visit_for_editor
from peer_visits.visits.models import Visit
from peer_visits.web.formats import duration
from peer_visits.web.forms import Form
from peer_visits.web.moment import request_time


@blueprint.app_context_processor
def _share_with_templates() -> dict[str, Any]:
    return {"own_agendas": own_agendas}


def own_agendas() -> list[tuple[Attended, Present]]:
    """The visits the reader takes part in that are not over, each with what is now and next."""
    found = list_attended(reading(), current_person().id)
    shown = [(one, present_at(released_items(one.release), request_time())) for one in found]
    return [(one, present) for one, present in shown if not present.is_over]


@blueprint.get("/places/<uuid:place_id>/now")
def now(place_id: uuid.UUID) -> Response:
    """What is now and next. Links, material and the own group are for whoever has accepted their place."""
    place = get_own_place(reading(), current_person(), place_id, now=request_time())
    is_confirmed = place.state is PlaceState.ACCEPTED
    release = _release_for(place.visit, is_confirmed=is_confirmed)
    items = released_items(release) if release else []
    present = present_at(items, request_time())
    answer = make_response(
        render_template(
            "agenda/now.html",
            visit=place.visit,
            place=place,
            release=release,
            present=present,
            days=by_day(present.later, place.visit.zone),
            begins_in=_begins_in(present),
            kinds=kind_names(),
            late=list_late_changes(reading(), place.visit_id, request_time()) if release else [],
            is_confirmed=is_confirmed,
            own_zone=own_zone(
                [request_time(), *(item["starts_at"] for item in items)],
                place.visit.zone,
                current_person().time_zone,
            ),
            links=_links(release) if is_confirmed else {},
            groups=_own_groups(release, place) if is_confirmed else {},
        )
    )
    # The page asks for this mark, and is loaded again once it is another.
    answer.set_etag(_mark(release, place, present), weak=True)
    return answer


def _begins_in(present: Present) -> str:
    if not present.next:
        return ""
    minutes = int((present.next[0]["starts_at"] - request_time()).total_seconds() // 60)
    if minutes < 1:
        return str(_("in less than a minute"))
    return str(_("in %(time)s", time=duration(minutes)))


def _release_for(visit: Visit, *, is_confirmed: bool) -> AgendaRelease | None:
    may_read = is_confirmed or is_public(reading(), visit)
    return find_latest_release(reading(), visit.id) if may_read else None


def _links(release: AgendaRelease | None) -> dict[str, str]:
    return dict(release.withheld.get("links", {})) if release else {}


def _own_groups(release: AgendaRelease | None, place: Place) -> dict[str, tuple[int, int]]:
    """The number of the own group and how many there are, by session."""
    groups = release.withheld.get("groups", {}) if release else {}
    own = {key: own_group(made, str(place.person_id)) for key, made in groups.items()}
    return {key: (number, len(groups[key])) for key, number in own.items() if number}


def _mark(release: AgendaRelease | None, place: Place, present: Present) -> str:
    return content_mark(
        {
            "release": release.number if release else 0,
            "place": place.state.value,
            "now": [item["id"] for item in present.now],
            "next": [item["id"] for item in present.next],
        }
    )


@blueprint.route("/agenda/<slug>/audience", methods=["GET", "POST"])
def audience(slug: str) -> ResponseReturnValue:
    """Who may read what is published, and how other sites and programs show it."""
    visit = get_visit_for_editor(reading(), current_person(), slug)
    form = Form()
    if form.validate_on_submit() and form.carry_out(lambda session: _set_audience(session, slug)):
        flash(
            _("Everybody may read it now.") if _is_wanted() else _("Only those it concerns may read it now.")
        )
        return redirect(url_for("agenda.audience", slug=slug))
    page = render_template(
        "agenda/audience.html",
        visit=visit,
        form=form,
        latest=find_latest_release(reading(), visit.id),
        is_public=is_public(reading(), visit),
        url=agenda_url(visit),
        frame=frame_of(visit),
    )
    return page, 422 if form.is_submitted() else 200


def _set_audience(session: Session, slug: str) -> None:
    visit = get_visit_for_editor(session, current_person(), slug)
    change = open_agenda if _is_wanted() else close_agenda
    change(session, actor=current_person(), now=request_time(), visit=visit)


def _is_wanted() -> bool:
    return request.form.get("public") == "yes"

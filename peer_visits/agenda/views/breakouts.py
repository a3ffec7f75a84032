"""Breakout groups: who is where, who is away, made anew, read and printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.accounts.models import Person
from peer_visits.agenda.breaking_out import Wish, make_question, worth_of
from peer_visits.agenda.mixing.reading import MOST_GROUPS
from peer_visits.agenda.models import AgendaSearch, AgendaSession
from peer_visits.agenda.queries.breakouts import as_mixed, list_breakout_sessions, question_of_groups
from peer_visits.agenda.queries.searches import find_search
from peer_visits.agenda.services.plan import find_plan
from peer_visits.agenda.services.searching import ask_search
from peer_visits.agenda.states import SearchKind
from peer_visits.agenda.views.blueprint import blueprint
from peer_visits.kernel.errors import Refused
from peer_visits.places.queries import list_participants
from peer_visits.storage.transaction import reading
from peer_visits.visits.access import get_visit_for_editor
from peer_visits.visits.models import Visit
from peer_visits.web.forms import Form, whole
from peer_visits.web.moment import request_time


class BreakoutForm(Form):
    """How many groups; the rest of the table is read by name."""

    groups = whole(_l("Number of groups"), 1, MOST_GROUPS)


@blueprint.route("/agenda/<slug>/breakouts", methods=["GET", "POST"])
def breakouts(slug: str) -> ResponseReturnValue:
    """See the groups, say who has to be where and who is away, make them anew."""
    visit = get_visit_for_editor(reading(), current_person(), slug)
    sessions = list_breakout_sessions(reading(), visit.id)
    people = [place.person for place in list_participants(reading(), visit.id)]
    search = find_search(reading(), visit, SearchKind.GROUPS)
    kept = Wish.from_json(search.asked if search else find_plan(reading(), visit).breakouts or {})
    form = BreakoutForm(data={"groups": kept.groups})
    wish = _wish(form, sessions, people) if form.is_submitted() else kept
    if form.validate_on_submit() and form.carry_out(lambda session: _ask(session, slug, wish)):
        return redirect(url_for("agenda.breakouts", slug=slug))
    return _page(visit, form, sessions, people, wish, search)


def _wish(form: BreakoutForm, sessions: Sequence[AgendaSession], people: Sequence[Person]) -> Wish:
    """What was typed, of people and sessions that are there."""
    number = form.groups.data or 0
    pins = {
        str(one.id): group
        for one in people
        if 1 <= (group := request.form.get(f"pin-{one.id}", 0, type=int)) <= number
    }
    known = {f"{session.id}|{one.id}" for session in sessions for one in people}
    away = [text.split("|") for text in request.form.getlist("away") if text in known]
    return Wish(number, pins, frozenset((session, person) for session, person in away))


def _ask(session: Session, slug: str, wish: Wish) -> None:
    visit = get_visit_for_editor(session, current_person(), slug)
    question_of_groups(session, visit, wish)  # what cannot be answered is said at once
    acting: dict[str, Any] = {"actor": current_person(), "now": request_time(), "visit": visit}
    ask_search(session, **acting, kind=SearchKind.GROUPS, asked=wish.to_json())


def _page(
    visit: Visit,
    form: BreakoutForm,
    sessions: Sequence[AgendaSession],
    people: Sequence[Person],
    wish: Wish,
    search: AgendaSearch | None,
) -> ResponseReturnValue:
    by_id = {str(one.id): one for one in people}
    grouped = [one for one in sessions if one.groups]
    page = render_template(
        "agenda/breakouts.html",
        visit=visit,
        form=form,
        sessions=sessions,
        people=people,
        wish=wish,
        search=search,
        shown=[(one, _named(one, by_id), _without(one, wish, people)) for one in grouped],
        worth=_worth(visit, sessions, people) if sessions and len(grouped) == len(sessions) else None,
    )
    return page, 422 if form.has_errors else 200


def _named(one: AgendaSession, by_id: dict[str, Person]) -> list[list[Person]]:
    return [[by_id[each] for each in group if each in by_id] for group in one.groups]


def _without(one: AgendaSession, wish: Wish, people: Sequence[Person]) -> list[Person]:
    """Who is there and in no group: they came later than the groups."""
    grouped = {each for group in one.groups for each in group}
    away = {person for session, person in wish.away if session == str(one.id)}
    return [each for each in people if str(each.id) not in grouped | away]


def _worth(visit: Visit, sessions: Sequence[AgendaSession], people: Sequence[Person]) -> Any:
    """How good what is kept is, by what was wished for then."""
    search = find_search(reading(), visit, SearchKind.GROUPS)
    kept = Wish.from_json(search.asked if search else find_plan(reading(), visit).breakouts or {})
    try:
        question = make_question(as_mixed(people), [str(one.id) for one in sessions], kept)
    except Refused:  # people have gone since, and pins no longer fit
        return None
    return worth_of(question, [one.groups for one in sessions])

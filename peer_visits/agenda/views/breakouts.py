"""Breakout groups: who is where, who is away, made anew, read and printed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField

from peer_visits.accounts.current import current_person
from peer_visits.accounts.models import Person
from peer_visits.agenda.apart import WorkFailed
from peer_visits.agenda.breaking_out import Groups, Wish, make_question, worth_of
from peer_visits.agenda.mixing import Misjudged
from peer_visits.agenda.mixing import Person as Mixed
from peer_visits.agenda.mixing.apart import mix_apart
from peer_visits.agenda.mixing.reading import MOST_GROUPS, MOST_PEOPLE, MOST_ROUNDS
from peer_visits.agenda.models import AgendaSession
from peer_visits.agenda.queries.breakouts import list_breakout_sessions
from peer_visits.agenda.services.breakouts import keep_breakouts
from peer_visits.agenda.services.plan import find_plan
from peer_visits.agenda.views.blueprint import blueprint
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.places.queries import list_participants
from peer_visits.storage.transaction import reading
from peer_visits.visits.access import get_visit_for_editor
from peer_visits.visits.models import Visit
from peer_visits.web.forms import Between, Form, Required
from peer_visits.web.moment import request_time

SECONDS = 10.0  # while somebody waits for the page


class BreakoutForm(Form):
    """How many groups; the rest of the table is read by name."""

    groups = IntegerField(
        _l("Number of groups"),
        validators=[
            Required(_l("Say how many groups there are to be.")),
            Between(1, MOST_GROUPS, _l("Write a number of groups from 1 to 60.")),
        ],
    )


@blueprint.route("/agenda/<slug>/breakouts", methods=["GET", "POST"])
def breakouts(slug: str) -> ResponseReturnValue:
    """See the groups, say who has to be where and who is away, make them anew."""
    visit = get_visit_for_editor(reading(), current_person(), slug)
    sessions = list_breakout_sessions(reading(), visit.id)
    people = [place.person for place in list_participants(reading(), visit.id)]
    kept = Wish.from_json(find_plan(reading(), visit).breakouts or {})
    form = BreakoutForm(data={"groups": kept.groups})
    wish = _wish(form, sessions, people) if form.is_submitted() else kept
    if form.validate_on_submit() and _make(form, visit, sessions, people, wish):
        flash(_("The groups are made. The next release of the agenda puts each one's into their calendar."))
        return redirect(url_for("agenda.breakouts", slug=slug))
    return _page(visit, form, sessions, people, wish)


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


def _make(
    form: BreakoutForm,
    visit: Visit,
    sessions: Sequence[AgendaSession],
    people: Sequence[Person],
    wish: Wish,
) -> bool:
    try:
        made = _mixed(sessions, people, wish)
    except Refused as refusal:
        form.add_refusal(refusal)
        return False
    return form.carry_out(
        lambda session: keep_breakouts(
            session,
            actor=current_person(),
            now=request_time(),
            visit=get_visit_for_editor(session, current_person(), visit.slug),
            wish=wish,
            made=made,
        )
    )


def _mixed(
    sessions: Sequence[AgendaSession], people: Sequence[Person], wish: Wish
) -> dict[uuid.UUID, Groups]:
    if not sessions or not people:
        raise Refused(phrase("There is nobody to mix yet."))
    if len(people) > MOST_PEOPLE or len(sessions) > MOST_ROUNDS:
        raise Refused(phrase("There are too many people or sessions to mix at once."))
    question = make_question(_as_mixed(people), [str(one.id) for one in sessions], wish)
    try:
        rounds = mix_apart(question, seconds=SECONDS)
    except (WorkFailed, Misjudged):
        raise Refused(phrase("The groups could not be made just now. Try again.")) from None
    return {one.id: [list(group) for group in groups] for one, groups in zip(sessions, rounds, strict=True)}


def _as_mixed(people: Sequence[Person]) -> list[Mixed]:
    return [
        Mixed(str(one.id), one.country, one.organisation_kind.value if one.organisation_kind else None)
        for one in people
    ]


def _page(
    visit: Visit,
    form: BreakoutForm,
    sessions: Sequence[AgendaSession],
    people: Sequence[Person],
    wish: Wish,
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
    kept = Wish.from_json(find_plan(reading(), visit).breakouts or {})
    try:
        question = make_question(_as_mixed(people), [str(one.id) for one in sessions], kept)
    except Refused:  # people have gone since, and pins no longer fit
        return None
    return worth_of(question, [one.groups for one in sessions])

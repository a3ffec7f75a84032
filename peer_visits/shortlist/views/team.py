"""The team page: who reads, how the reading is split, invitations. For the lead and for the organiser."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.kernel.errors import Refused
from peer_visits.shortlist.forms_team import InviteForm, SplitForm, split_form
from peer_visits.shortlist.queries.reading import count_missing
from peer_visits.shortlist.queries.shortlist import find_shortlist
from peer_visits.shortlist.queries.team import list_members, list_open_invitations
from peer_visits.shortlist.services.sharing_out import split_reading
from peer_visits.shortlist.services.team import invite, remove_member, withdraw_invitation
from peer_visits.shortlist.views.blueprint import blueprint
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.access import get_visit_for_team, is_lead
from peer_visits.visits.models import Visit
from peer_visits.visits.states import HostRole
from peer_visits.web.formats import say
from peer_visits.web.forms import typed
from peer_visits.web.moment import request_time


def _visit(slug: str, session: Session | None = None) -> Visit:
    return get_visit_for_team(session or reading(), current_person(), slug)


@blueprint.route("/host/<slug>/team", methods=["GET", "POST"])
def team(slug: str) -> ResponseReturnValue:
    """Who is in the team; posting invites somebody."""
    _visit(slug)
    form = InviteForm()
    if form.validate_on_submit() and form.carry_out(lambda session: _invite(form, session, slug)):
        flash(_("The invitation is on its way to %(email)s.", email=typed(form.email)))
        return redirect(url_for("shortlist.team", slug=slug))
    return _page(slug, invite_form=form), 422 if form.is_submitted() else 200


def _invite(form: InviteForm, session: Session, slug: str) -> None:
    invite(
        session,
        actor=current_person(),
        now=request_time(),
        visit=_visit(slug, session),
        email=typed(form.email),
        role=HostRole(typed(form.role)),
    )


@blueprint.post("/host/<slug>/team/reading")
def split(slug: str) -> ResponseReturnValue:
    """How many read each application."""
    _visit(slug)
    form = SplitForm()
    if form.validate_on_submit() and form.carry_out(
        lambda session: split_reading(
            session,
            actor=current_person(),
            now=request_time(),
            visit=_visit(slug, session),
            readers=form.readers_per_choice,
        )
    ):
        flash(_("The reading is shared out."))
        return redirect(url_for("shortlist.team", slug=slug))
    return _page(slug, split=form), 422


def _page(slug: str, *, invite_form: InviteForm | None = None, split: SplitForm | None = None) -> str:
    session = reading()
    visit = _visit(slug)
    shortlist = find_shortlist(session, visit)
    return render_template(
        "shortlist/team.html",
        visit=visit,
        shortlist=shortlist,
        members=list_members(session, visit),
        invitations=list_open_invitations(session, visit),
        missing=count_missing(session, visit),
        invite_form=invite_form or InviteForm(formdata=None),
        split_form=split or split_form(shortlist),
        is_host=is_lead(session, current_person(), visit),
        me=current_person(),
    )


@blueprint.post("/host/<slug>/team/<uuid:person_id>/remove")
def remove(slug: str, person_id: uuid.UUID) -> ResponseReturnValue:
    """Take somebody off the team."""

    def act(session: Session) -> None:
        visit = _visit(slug, session)
        remove_member(
            session,
            actor=current_person(),
            now=request_time(),
            visit=visit,
            person_id=person_id,
            as_organiser=not is_lead(session, current_person(), visit),
        )

    return _step(slug, act, _("The team is changed. What was read stays on record."), left=person_id)


@blueprint.post("/host/<slug>/team/invitations/<uuid:invitation_id>/withdraw")
def withdraw(slug: str, invitation_id: uuid.UUID) -> ResponseReturnValue:
    """Make the link of an invitation worthless."""

    def act(session: Session) -> None:
        withdraw_invitation(
            session,
            actor=current_person(),
            now=request_time(),
            visit=_visit(slug, session),
            invitation_id=invitation_id,
        )

    return _step(slug, act, _("The invitation is withdrawn; its link is worth nothing any more."))


def _step(
    slug: str, act: Callable[[Session], None], said: str, left: uuid.UUID | None = None
) -> ResponseReturnValue:
    try:
        with writing() as session:
            act(session)
    except Refused as refusal:
        flash(say(refusal.reason), "error")
    else:
        flash(said)
        if left == current_person().id:
            return redirect(url_for("shortlist.desk"))
    return redirect(url_for("shortlist.team", slug=slug))

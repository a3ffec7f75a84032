"""Joining a host team by a mailed link: a button for who has an account, a short form for who has none."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts.current import current_person_or_none
from peer_visits.accounts.passwords import hash_password
from peer_visits.accounts.rules import partly_hidden
from peer_visits.accounts.services import find_person
from peer_visits.shortlist.forms_team import ROLE_NAMES, JoinForm
from peer_visits.shortlist.queries.team import find_open_invitation
from peer_visits.shortlist.services.team import accept_invitation, join_with_new_account
from peer_visits.shortlist.views.blueprint import blueprint
from peer_visits.storage.transaction import reading
from peer_visits.visits.models import Visit
from peer_visits.web.forms import Form, typed
from peer_visits.web.moment import request_time


@blueprint.route("/invitations/<secret>", methods=["GET", "POST"])
def join(secret: str) -> ResponseReturnValue:
    """What one is invited to, and the button. Opening the link uses nothing up."""
    person = current_person_or_none()
    if person is None and _needs_account(secret):
        return _join_anew(secret)
    form = Form()
    if person is not None and form.validate_on_submit():
        joined: list[str] = []
        if form.carry_out(
            lambda session: joined.append(
                accept_invitation(session, actor=person, now=request_time(), secret=secret).slug
            )
        ):
            flash(_("You are in the team."))
            return redirect(url_for("shortlist.board", slug=joined[-1]))
    return _page(secret, form)


def _needs_account(secret: str) -> bool:
    invitation = find_open_invitation(reading(), secret, now=request_time())
    return invitation is not None and find_person(reading(), invitation.email) is None


def _join_anew(secret: str) -> ResponseReturnValue:
    form = JoinForm()
    invitation = find_open_invitation(reading(), secret, now=request_time())
    form.own_email = invitation.email if invitation else ""
    if form.validate_on_submit():
        password_hash = hash_password(typed(form.password))
        if form.carry_out(
            lambda session: join_with_new_account(
                session, now=request_time(), secret=secret, name=typed(form.name), password_hash=password_hash
            )
        ):
            flash(_("Your account is made and you are in the team. Sign in to begin."))
            return redirect(url_for("accounts.sign_in", next=url_for("shortlist.desk")))
    return _page(secret, form, is_new=True)


def _page(secret: str, form: Form, *, is_new: bool = False) -> ResponseReturnValue:
    session = reading()
    invitation = find_open_invitation(session, secret, now=request_time())
    person = current_person_or_none()
    page = render_template(
        "shortlist/join.html",
        form=form,
        invitation=invitation,
        visit=session.get(Visit, invitation.visit_id) if invitation else None,
        role=ROLE_NAMES[invitation.role] if invitation else "",
        address=partly_hidden(invitation.email) if invitation else "",
        is_new=is_new,
        is_mine=bool(invitation and person and person.email == invitation.email),
        person=person,
        here=url_for("shortlist.join", secret=secret),
    )
    return page, 422 if request.method == "POST" else 200

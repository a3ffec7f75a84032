"""The page on which administrators and organisers give and take roles."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts.current import current_person
from peer_visits.kernel.errors import NotFound
from peer_visits.roles.forms import ROLE_NAMES, GrantForm, RevokeForm, grant_form, parse_role
from peer_visits.roles.queries import (
    Holder,
    list_administrators,
    list_authors,
    list_hosts,
    list_organisers,
    list_own_visits,
    list_programmes,
)
from peer_visits.roles.services import GivenRole, give_role, take_role
from peer_visits.storage.transaction import reading
from peer_visits.web.forms import typed
from peer_visits.web.moment import request_time

blueprint = Blueprint("roles", __name__)


@blueprint.get("/roles")
def index() -> ResponseReturnValue:
    """Who has which role, and the form to give one."""
    return _page(_form())


@blueprint.post("/roles/grant")
def grant() -> ResponseReturnValue:
    """Give a role."""
    form = _form()
    if form.validate_on_submit():
        role, subject_id = form.chosen()
        if form.carry_out(
            lambda session: give_role(
                session,
                actor=current_person(),
                now=request_time(),
                role=role,
                email=typed(form.email),
                subject_id=subject_id,
            )
        ):
            flash(_("The role is given; the person is told by mail."))
            return redirect(url_for("roles.index"))
    return _page(form), 422


@blueprint.post("/roles/revoke")
def revoke() -> ResponseReturnValue:
    """Take a role away."""
    form = RevokeForm()
    if not form.validate_on_submit():
        return _page(_form()), 422
    role, subject_id, person_id = _revoked(form)
    if form.carry_out(
        lambda session: take_role(
            session,
            actor=current_person(),
            now=request_time(),
            role=role,
            person_id=person_id,
            subject_id=subject_id,
        )
    ):
        flash(_("The role has ended; the person is told by mail."))
    for refusal in form.refusals:
        flash(refusal, "error")
    return redirect(url_for("roles.index"))


def _revoked(form: RevokeForm) -> tuple[GivenRole, uuid.UUID | None, uuid.UUID]:
    try:
        role, subject_id = parse_role(str(form.what.data))
        return role, subject_id, uuid.UUID(str(form.person.data))
    except ValueError as error:
        raise NotFound from error


def _form() -> GrantForm:
    person = current_person()
    programmes = list_programmes(reading()) if person.is_administrator else []
    return grant_form(
        programmes, list_own_visits(reading(), person), is_administrator=person.is_administrator
    )


def _page(form: GrantForm) -> str:
    return render_template("roles/index.html", form=form, holders=_holders(), names=ROLE_NAMES)


def _holders() -> list[Holder]:
    session, person = reading(), current_person()
    found: list[Holder] = []
    if person.is_administrator:
        found += [*list_administrators(session), *list_organisers(session)]
    visits = [visit.id for visit in list_own_visits(session, person)]
    return [*found, *list_hosts(session, visits), *list_authors(session, visits)]

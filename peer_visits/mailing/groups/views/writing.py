"""A group mail is written, with files that go along."""

from __future__ import annotations

import uuid

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.applications.uploads import accept_sent
from peer_visits.calls.access import get_programme_for_organiser
from peer_visits.calls.models import Programme
from peer_visits.files.services import AcceptedFile
from peer_visits.files.serving import send_stored
from peer_visits.kernel.errors import NotFound, Refused
from peer_visits.mailing.groups import queries, services
from peer_visits.mailing.groups.access import get_enclosed_file, get_group_for_organiser
from peer_visits.mailing.groups.forms import GroupForm, group_form, missing
from peer_visits.mailing.groups.models import GroupMail
from peer_visits.mailing.groups.states import GroupState
from peer_visits.mailing.groups.views.blueprint import blueprint
from peer_visits.mailing.groups.words import audience_words
from peer_visits.storage.transaction import reading
from peer_visits.web.moment import request_time
from peer_visits.web.pages import fetch_page, requested_page


@blueprint.get("/organise/programmes/<slug>/mail/groups")
def index(slug: str) -> str:
    """Drafts, and what was sent, with what became of it."""
    programme = get_programme_for_organiser(reading(), current_person(), slug)
    page = fetch_page(reading(), queries.groups_of_programme(programme.id), requested_page())
    return render_template(
        "mailing/groups/index.html",
        programme=programme,
        page=page,
        counts=queries.count_by_group(reading(), [one.id for one in page.items]),
        audience_words=audience_words,
    )


@blueprint.route("/organise/programmes/<slug>/mail/groups/new", methods=["GET", "POST"])
def new(slug: str) -> ResponseReturnValue:
    """Begin a group mail. What is kept first is a draft."""
    programme = get_programme_for_organiser(reading(), current_person(), slug)
    form = group_form(programme, queries.list_calls_with_visits(reading(), programme.id))
    made: list[uuid.UUID] = []
    if form.validate_on_submit():
        file = _taken(form)
        if form.carry_out(lambda session: made.append(_begin(session, slug, form, file))):
            return _saved(made[0], form)
    return _edit_page(get_programme_for_organiser(reading(), current_person(), slug), form, None)


def _begin(session: Session, slug: str, form: GroupForm, file: AcceptedFile | None) -> uuid.UUID:
    group = services.begin_group_mail(
        session,
        actor=current_person(),
        now=request_time(),
        programme=get_programme_for_organiser(session, current_person(), slug),
        content=form.content(),
    )
    _enclose(session, group, file)
    return group.id


@blueprint.route("/organise/mail/groups/<uuid:group_id>/edit", methods=["GET", "POST"])
def edit(group_id: uuid.UUID) -> ResponseReturnValue:
    """Go on writing."""
    group, programme = get_group_for_organiser(reading(), current_person(), group_id)
    if group.state is GroupState.SENT:
        return redirect(url_for("groups.show", group_id=group_id))
    form = group_form(programme, queries.list_calls_with_visits(reading(), programme.id), group)
    if form.validate_on_submit():
        file = _taken(form)
        if form.carry_out(lambda session: _save(session, group_id, form, file)):
            return _saved(group_id, form)
    group, programme = get_group_for_organiser(reading(), current_person(), group_id)
    return _edit_page(programme, form, group)


def _taken(form: GroupForm) -> AcceptedFile | None:
    """The file that came along, opened and stored; a refused one says so at its field, and the rest is kept."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return None
    try:
        return accept_sent(sent)
    except Refused as refusal:
        form.add_refusal(Refused(refusal.reason, field="file"))
        return None


def _save(session: Session, group_id: uuid.UUID, form: GroupForm, file: AcceptedFile | None) -> None:
    group, _programme = get_group_for_organiser(session, current_person(), group_id)
    services.save_group_mail(
        session,
        actor=current_person(),
        now=request_time(),
        group=group,
        version=form.expected_version,
        content=form.content(),
    )
    for value in request.form.getlist("take_out"):
        services.take_file_out(session, group=group, file_id=_id(value))
    _enclose(session, group, file)


def _enclose(session: Session, group: GroupMail, file: AcceptedFile | None) -> None:
    if file:
        services.enclose_file(session, actor=current_person(), now=request_time(), group=group, accepted=file)


def _id(value: str) -> uuid.UUID:
    try:
        return uuid.UUID(value)
    except ValueError:
        raise NotFound from None


def _saved(group_id: uuid.UUID, form: GroupForm) -> ResponseReturnValue:
    """On to the people, or back to the draft; what is missing is said beside its field."""
    group, programme = get_group_for_organiser(reading(), current_person(), group_id)
    if form.has_errors or (request.form.get("what") == "look" and missing(group)):
        return _with_problems(programme, group, form)
    flash(_("Your draft is kept."))
    page = "groups.show" if request.form.get("what") == "look" else "groups.edit"
    return redirect(url_for(page, group_id=group_id))


def _with_problems(programme: Programme, group: GroupMail, form: GroupForm) -> ResponseReturnValue:
    form.version.data = str(group.version)
    if request.form.get("what") == "look":
        form.add_missing(group)
    return _edit_page(programme, form, group)


def _edit_page(programme: Programme, form: GroupForm, group: GroupMail | None) -> ResponseReturnValue:
    page = render_template(
        "mailing/groups/edit.html",
        programme=programme,
        group=group,
        form=form,
        files=queries.list_enclosed(reading(), group.id) if group else [],
        most_files=services.MOST_FILES,
        most_megabytes=services.MOST_BYTES // 1024**2,
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/organise/mail/groups/<uuid:group_id>/files/<uuid:file_id>")
def file(group_id: uuid.UUID, file_id: uuid.UUID) -> Response:
    """A file that goes along."""
    group, _programme = get_group_for_organiser(reading(), current_person(), group_id)
    return send_stored(get_enclosed_file(reading(), group, file_id))

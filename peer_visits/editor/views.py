"""The call editor's pages."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.calls.access import get_call_for_organiser, get_programme_for_organiser
from peer_visits.calls.models import Call
from peer_visits.calls.rules import phase
from peer_visits.calls.states import CallPhase
from peer_visits.editor.forms.call import CloneForm, StepForm, TitleForm, extend_form
from peer_visits.editor.forms.criteria import criteria_form
from peer_visits.editor.forms.settings import settings_form
from peer_visits.editor.forms.visits import typed_order, visit_form
from peer_visits.editor.services.cloning import clone_call
from peer_visits.editor.services.criteria import save_criteria
from peer_visits.editor.services.publishing import archive_call, extend_call, find_lacking, publish_call
from peer_visits.editor.services.settings import change_settings, create_call
from peer_visits.editor.services.visits import add_visit, change_visit, order_visits, take_out_visit
from peer_visits.kernel.zones import zone_names
from peer_visits.organiser.queries import list_drafts
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.access import get_visit_for_organiser
from peer_visits.visits.models import Visit
from peer_visits.visits.queries import list_visits_of_call
from peer_visits.web.forms import Form, typed
from peer_visits.web.moment import request_time

blueprint = Blueprint("editor", __name__)


def _call(slug: str, session: Session | None = None) -> Call:
    return get_call_for_organiser(session or reading(), current_person(), slug)


def _page(template: str, form: Form, **values: Any) -> ResponseReturnValue:
    page = render_template(f"editor/{template}.html", form=form, **values)
    return page, 422 if form.is_submitted() else 200


def _who_and_when() -> dict[str, Any]:
    return {"actor": current_person(), "now": request_time()}


@blueprint.route("/organise/programmes/<slug>/calls/new", methods=["GET", "POST"])
def new(slug: str) -> ResponseReturnValue:
    """Begin a call: a draft that nobody else sees."""
    programme, form = get_programme_for_organiser(reading(), current_person(), slug), TitleForm()
    made: list[str] = []

    def create(session: Session) -> None:
        found = get_programme_for_organiser(session, current_person(), slug)
        made.append(create_call(session, programme=found, title=typed(form.title), **_who_and_when()).slug)

    if form.validate_on_submit() and form.carry_out(create):
        flash(_("The call is begun. Nobody else sees it before you publish it."))
        return redirect(url_for("editor.settings", slug=made[-1]))
    return _page("new", form, programme=programme)


@blueprint.route("/organise/calls/<slug>/settings", methods=["GET", "POST"])
def settings(slug: str) -> ResponseReturnValue:
    """Title, window, rules and texts of a call."""
    form = settings_form(_call(slug))

    def change(session: Session) -> None:
        change_settings(
            session,
            call=_call(slug, session),
            version=form.expected_version,
            **form.values(),
            **_who_and_when(),
        )

    if form.validate_on_submit() and form.carry_out(change):
        flash(_("The settings are saved."))
        return redirect(url_for("editor.settings", slug=slug))
    return _page("settings", form, call=_call(slug), zones=sorted(zone_names()))


@blueprint.route("/organise/calls/<slug>/criteria", methods=["GET", "POST"])
def criteria(slug: str) -> ResponseReturnValue:
    """What hosts score on."""
    form = criteria_form(_call(slug))

    def save(session: Session) -> None:
        save_criteria(session, call=_call(slug, session), wanted=form.content(), **_who_and_when())

    if form.validate_on_submit() and form.carry_out(save):
        flash(_("The criteria are saved."))
        return redirect(url_for("editor.criteria", slug=slug))
    return _page("criteria", form, call=_call(slug))


@blueprint.route("/organise/calls/<slug>/visits", methods=["GET", "POST"])
def visits(slug: str) -> ResponseReturnValue:
    """The visits of a call; posting puts them in order."""
    form, order = Form(), typed_order(request.form.items())

    def put_in_order(session: Session) -> None:
        order_visits(session, call=_call(slug, session), order=order, **_who_and_when())

    if form.validate_on_submit() and form.carry_out(put_in_order):
        flash(_("The order is saved."))
        return redirect(url_for("editor.visits", slug=slug))
    call = _call(slug)
    return _page("visits", form, call=call, visits=list_visits_of_call(reading(), call.id))


@blueprint.route("/organise/calls/<slug>/visits/new", methods=["GET", "POST"])
def new_visit(slug: str) -> ResponseReturnValue:
    """Add a visit."""
    form = visit_form(None, _call(slug).zone)

    def add(session: Session) -> None:
        add_visit(session, call=_call(slug, session), **form.values(), **_who_and_when())

    if form.validate_on_submit() and form.carry_out(add):
        flash(_("The visit is added."))
        return redirect(url_for("editor.visits", slug=slug))
    return _page("visit", form, call=_call(slug), visit=None, zones=sorted(zone_names()))


def _visit(slug: str, session: Session | None = None) -> Visit:
    return get_visit_for_organiser(session or reading(), current_person(), slug)


@blueprint.route("/organise/visits/<slug>", methods=["GET", "POST"])
def visit(slug: str) -> ResponseReturnValue:
    """Change what is said about a visit."""
    found = _visit(slug)
    form = visit_form(found, found.zone)

    def change(session: Session) -> None:
        change_visit(
            session,
            visit=_visit(slug, session),
            version=form.expected_version,
            **form.values(),
            **_who_and_when(),
        )

    if form.validate_on_submit() and form.carry_out(change):
        flash(_("The visit is saved."))
        return redirect(url_for("editor.visits", slug=_visit(slug).call.slug))
    found = _visit(slug)
    return _page("visit", form, call=found.call, visit=found, zones=sorted(zone_names()))


@blueprint.post("/organise/visits/<slug>/remove")
def remove_visit(slug: str) -> ResponseReturnValue:
    """Take a visit out of a draft call."""
    call_slug = _visit(slug).call.slug
    with writing() as session:
        take_out_visit(session, visit=_visit(slug, session), **_who_and_when())
    flash(_("The visit is removed."))
    return redirect(url_for("editor.visits", slug=call_slug))


@blueprint.get("/organise/calls/<slug>/preview")
def preview(slug: str) -> str:
    """The call's page as everybody will see it."""
    call = _call(slug)
    return render_template(
        "site/call.html",
        call=call,
        phase=CallPhase.OPEN,
        visits=list_visits_of_call(reading(), call.id),
        is_preview=True,
    )


@blueprint.route("/organise/calls/<slug>/publish", methods=["GET", "POST"])
def publish(slug: str) -> ResponseReturnValue:
    """What is missing, and the button when nothing is."""
    form = StepForm()

    def act(session: Session) -> None:
        publish_call(session, call=_call(slug, session), **_who_and_when())

    if form.validate_on_submit() and form.carry_out(act):
        flash(_("The call is public."))
        return redirect(url_for("organiser.call", slug=slug))
    call = _call(slug)
    return _page("publish", form, call=call, lacking=find_lacking(reading(), call, request_time()))


@blueprint.route("/organise/calls/<slug>/extend", methods=["GET", "POST"])
def extend(slug: str) -> ResponseReturnValue:
    """A later end, told to everyone with a draft."""
    form = extend_form(_call(slug))
    told: list[int] = []

    def act(session: Session) -> None:
        told.append(
            extend_call(
                session,
                call=_call(slug, session),
                version=form.expected_version,
                closes=form.end,
                answers_by=form.answers_by.data,
                **_who_and_when(),
            )
        )

    if form.validate_on_submit() and form.carry_out(act):
        words = ngettext(
            "The call is extended; %(num)s person with a draft is told.",
            "The call is extended; %(num)s people with a draft are told.",
            told[-1],
        )
        flash(words)
        return redirect(url_for("organiser.call", slug=slug))
    call = _call(slug)
    return _page(
        "extend",
        form,
        call=call,
        stage=phase(call, request_time()),
        drafts=len(list_drafts(reading(), call.id)),
    )


@blueprint.route("/organise/calls/<slug>/clone", methods=["GET", "POST"])
def clone(slug: str) -> ResponseReturnValue:
    """A new draft like this call."""
    form = CloneForm(data={"title": _call(slug).title})
    made: list[str] = []

    def act(session: Session) -> None:
        new_call = clone_call(
            session,
            call=_call(slug, session),
            title=typed(form.title),
            with_visits=bool(form.with_visits.data),
            **_who_and_when(),
        )
        made.append(new_call.slug)

    if form.validate_on_submit() and form.carry_out(act):
        flash(_("A new draft with the same settings, criteria and questions."))
        return redirect(url_for("editor.settings", slug=made[-1]))
    return _page("clone", form, call=_call(slug))


@blueprint.post("/organise/calls/<slug>/archive")
def archive(slug: str) -> ResponseReturnValue:
    """Put an answered call away."""
    with writing() as session:
        archive_call(session, call=_call(slug, session), **_who_and_when())
    flash(_("The call is archived."))
    return redirect(url_for("organiser.call", slug=slug))

"""Certificates: the page that proves one, the document, and the desk on which host and organiser issue them."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from peer_visits.accounts.current import current_person
from peer_visits.calls.access import get_call_for_organiser
from peer_visits.followup.certificates.access import get_certificate_of_visit, get_counting_certificate
from peer_visits.followup.certificates.codes import as_code, spaced
from peer_visits.followup.certificates.forms import CodeForm, IssueForm, RuleForm, WithdrawForm, rule_form
from peer_visits.followup.certificates.models import Certificate
from peer_visits.followup.certificates.queries import (
    find_by_code,
    find_of_place,
    list_attendance_of_call,
    read_roll,
)
from peer_visits.followup.certificates.rules import goes_out_at, is_due
from peer_visits.followup.certificates.services import (
    issue_anew,
    issue_certificates,
    set_rule,
    withdraw_certificate,
)
from peer_visits.followup.certificates.sheet import attended, certificate_pdf
from peer_visits.places.models import Place
from peer_visits.storage.transaction import reading
from peer_visits.visits.access import get_visit_for_editor, get_visit_for_organiser, is_organiser
from peer_visits.web.forms import typed
from peer_visits.web.limits import limiter
from peer_visits.web.moment import request_time

blueprint = Blueprint("certificates", __name__)


@blueprint.app_context_processor
def _for_other_rooms() -> dict[str, object]:
    """What the page of a place asks."""
    return {"certificate_of": _certificate_of}


def _certificate_of(place: Place) -> Certificate | None:
    return find_of_place(reading(), place.id)


# For everybody


@blueprint.get("/certificates")
def look_up() -> ResponseReturnValue:
    """Where somebody who was shown a certificate types its code."""
    if "code" not in request.args:
        return render_template("certificates/look_up.html", form=CodeForm(formdata=None))
    form = CodeForm(request.args)
    if form.validate():
        return redirect(url_for("certificates.verify", code=as_code(typed(form.code)) or "-"))
    return render_template("certificates/look_up.html", form=form), 422


@blueprint.get("/certificates/<code>")
@limiter.limit("60 per minute")
def verify(code: str) -> ResponseReturnValue:
    """What the certificate of this code says, no more; that it was withdrawn; or that there is none."""
    found = find_by_code(reading(), as_code(code))
    page = render_template(
        "certificates/verify.html", one=found, code=spaced(as_code(code)), attended=attended
    )
    return _unlisted(Response(page, 200 if found else 404))


@blueprint.get("/certificates/<code>/certificate.pdf")
@limiter.limit("30 per minute")
def sheet(code: str) -> Response:
    """The document. Whoever holds its code holds what it says."""
    one = get_counting_certificate(reading(), code)
    address = current_app.extensions["settings"].public_url + url_for("certificates.verify", code=one.code)
    answer = Response(certificate_pdf(one, address), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="certificate-{one.place.visit.slug}.pdf"'
    return _unlisted(answer)


def _unlisted(answer: Response) -> Response:
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


# For the host and the organiser


@blueprint.get("/visits/<slug>/certificates")
def of_visit(slug: str) -> str:
    """Who is entitled to a certificate, who has one, and what is asked for it."""
    return _desk(slug)


@blueprint.post("/visits/<slug>/certificates")
def issue(slug: str) -> ResponseReturnValue:
    """Certify everybody who is entitled and was not yet."""
    form, count = IssueForm(), list[int]()
    get_visit_for_editor(reading(), current_person(), slug)
    if form.validate_on_submit() and form.carry_out(
        lambda writer: count.append(
            issue_certificates(
                writer,
                actor=current_person(),
                now=request_time(),
                visit=get_visit_for_editor(writer, current_person(), slug),
            )
        )
    ):
        flash(
            ngettext("%(num)s certificate is on its way.", "%(num)s certificates are on their way.", count[0])
        )
        return redirect(url_for("certificates.of_visit", slug=slug))
    return _desk(slug, issue_form=form), 422


@blueprint.post("/visits/<slug>/certificates/rule")
def rule(slug: str) -> ResponseReturnValue:
    """Say what certificates ask for."""
    form = RuleForm()
    get_visit_for_organiser(reading(), current_person(), slug)
    if form.validate_on_submit() and form.carry_out(
        lambda writer: set_rule(
            writer,
            actor=current_person(),
            now=request_time(),
            visit=get_visit_for_organiser(writer, current_person(), slug),
            share=form.share.data or 0,
            is_automatic=form.is_automatic.data,
            for_whole_call=form.for_whole_call.data,
        )
    ):
        flash(_("Saved. Certificates that are issued already stay as they are."))
        return redirect(url_for("certificates.of_visit", slug=slug))
    return _desk(slug, rule_form_=form), 422


def _desk(slug: str, *, issue_form: IssueForm | None = None, rule_form_: RuleForm | None = None) -> str:
    visit = get_visit_for_editor(reading(), current_person(), slug)
    roll = read_roll(reading(), visit)
    now = request_time()
    return render_template(
        "certificates/of_visit.html",
        visit=visit,
        roll=roll,
        is_over=roll.is_over(now),
        is_due=roll.ends_at is not None and is_due(roll.ends_at, now),
        goes_out_at=goes_out_at(roll.ends_at) if roll.ends_at else None,
        may_rule=is_organiser(reading(), current_person(), visit),
        issue_form=issue_form or IssueForm(formdata=None),
        rule_form=rule_form_ or rule_form(roll.rule),
        spaced=spaced,
    )


@blueprint.route("/visits/<slug>/certificates/<uuid:certificate_id>/withdraw", methods=["GET", "POST"])
def withdraw(slug: str, certificate_id: uuid.UUID) -> ResponseReturnValue:
    """Take a certificate back, saying why."""
    form = WithdrawForm()
    visit, one = _certificate(reading(), slug, certificate_id)
    if form.validate_on_submit() and form.carry_out(
        lambda writer: withdraw_certificate(
            writer,
            actor=current_person(),
            now=request_time(),
            **_named(writer, slug, certificate_id),
            reason=typed(form.reason),
        )
    ):
        flash(_("The certificate is withdrawn, and its holder is told why."))
        return redirect(url_for("certificates.of_visit", slug=slug))
    visit, one = _certificate(reading(), slug, certificate_id)
    page = render_template(
        "certificates/withdraw.html", visit=visit, one=one, form=form, code=spaced(one.code)
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/visits/<slug>/certificates/<uuid:certificate_id>/anew")
def anew(slug: str, certificate_id: uuid.UUID) -> ResponseReturnValue:
    """A new certificate after a withdrawn one."""
    form = IssueForm()
    _certificate(reading(), slug, certificate_id)
    if form.validate_on_submit() and form.carry_out(
        lambda writer: issue_anew(
            writer, actor=current_person(), now=request_time(), **_named(writer, slug, certificate_id)
        )
    ):
        flash(_("A new certificate is on its way."))
        return redirect(url_for("certificates.of_visit", slug=slug))
    return _desk(slug, issue_form=form), 422


def _certificate(session: Any, slug: str, certificate_id: uuid.UUID) -> tuple[Any, Certificate]:
    visit = get_visit_for_editor(session, current_person(), slug)
    return visit, get_certificate_of_visit(session, visit, certificate_id)


def _named(session: Any, slug: str, certificate_id: uuid.UUID) -> dict[str, Any]:
    visit, one = _certificate(session, slug, certificate_id)
    return {"visit": visit, "certificate": one}


# For the organiser alone


@blueprint.get("/organise/calls/<slug>/attendance")
def of_call(slug: str) -> str:
    """Attendance over the visits of a call, and who never came."""
    call = get_call_for_organiser(reading(), current_person(), slug)
    rows = list_attendance_of_call(reading(), call.id)
    return render_template("certificates/of_call.html", call=call, rows=rows)

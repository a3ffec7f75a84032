"""A forgotten password, and a new one."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts import services
from peer_visits.accounts.current import current_person
from peer_visits.accounts.forms import ForgottenForm, PasswordForm, ResetForm
from peer_visits.accounts.links import find_link
from peer_visits.accounts.models import LinkPurpose
from peer_visits.accounts.passwords import hash_password
from peer_visits.accounts.views.answering import status
from peer_visits.accounts.views.attempts import count_this_attempt
from peer_visits.accounts.views.blueprint import blueprint
from peer_visits.accounts.views.signing_in import begin_session
from peer_visits.storage.transaction import reading
from peer_visits.web.forms import typed
from peer_visits.web.moment import request_time


@blueprint.route("/forgotten-password", methods=["GET", "POST"])
def forgotten() -> ResponseReturnValue:
    """Ask for a link. The answer is the same whether or not there is an account."""
    form = ForgottenForm()
    if form.validate_on_submit():
        count_this_attempt("reset", typed(form.email))
        if form.carry_out(
            lambda writer: services.ask_for_reset(writer, now=request_time(), email=typed(form.email))
        ):
            return render_template("accounts/look_into_mail.html", email=typed(form.email))
    return render_template("accounts/forgotten.html", form=form), status(form)


@blueprint.route("/reset/<secret>", methods=["GET", "POST"])
def reset(secret: str) -> ResponseReturnValue:
    """Choose a new password by a mailed link."""
    link = find_link(reading(), secret, LinkPurpose.RESET, now=request_time())
    form = ResetForm()
    if form.validate_on_submit():
        password_hash = hash_password(typed(form.password))
        if form.carry_out(
            lambda writer: services.reset_password(
                writer, now=request_time(), secret=secret, password_hash=password_hash
            )
        ):
            flash(_("Your new password is set. Sign in with it."))
            return redirect(url_for("accounts.sign_in"))
    return render_template("accounts/reset.html", form=form, link=link), status(form)


@blueprint.route("/account/password", methods=["GET", "POST"])
def password() -> ResponseReturnValue:
    """A new password; every other browser is signed out."""
    person = current_person()
    form = PasswordForm(password_hash=person.password_hash, own_email=person.email)
    if form.validate_on_submit():
        password_hash = hash_password(typed(form.password))
        if form.carry_out(
            lambda writer: services.change_password(
                writer, actor=person, now=request_time(), password_hash=password_hash
            )
        ):
            begin_session(person)
            flash(_("Your password is changed, and every other browser is signed out."))
            return redirect(url_for("accounts.profile"))
    return render_template("accounts/password.html", form=form), status(form)

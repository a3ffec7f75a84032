"""In by password or mailed link, and out."""

from __future__ import annotations

from flask import current_app, flash, g, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_user
from flask_wtf.csrf import generate_csrf

from peer_visits.accounts import services
from peer_visits.accounts.again import go_on, sign_in_page
from peer_visits.accounts.current import SECRET, current_person_or_none
from peer_visits.accounts.forms import LinkForm, SignInForm
from peer_visits.accounts.kept import carried
from peer_visits.accounts.links import find_link
from peer_visits.accounts.models import LinkPurpose, Person
from peer_visits.accounts.passwords import password_matches
from peer_visits.accounts.rules import partly_hidden
from peer_visits.accounts.sessions import end_session, start_session
from peer_visits.accounts.views.answering import status
from peer_visits.accounts.views.attempts import count_this_attempt
from peer_visits.accounts.views.blueprint import blueprint
from peer_visits.accounts.ways import wanted_page, way_on
from peer_visits.outbox.gates import find_flag
from peer_visits.storage.transaction import reading, writing
from peer_visits.web.forms import Form, typed
from peer_visits.web.moment import request_time


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Address and password, then on to where the person wanted to go, with what they had typed."""
    kept, wanted = carried(), request.args.get("next")
    if current_person_or_none():
        return go_on(kept, wanted)
    form = SignInForm()
    if form.validate_on_submit():
        count_this_attempt("sign-in", typed(form.email))
        person = _person_with_password(typed(form.email), typed(form.password))
        if person:
            begin_session(person)
            return go_on(kept, wanted)
        form.refusals.append(_("Address or password is not right. Try again, or ask for a new password."))
    return sign_in_page(form, kept, wanted), status(form)


def _person_with_password(email: str, password: str) -> Person | None:
    person = services.find_person(reading(), email)
    password_hash = person.password_hash if person else None
    reading().rollback()  # hashing is slow; nothing stays open meanwhile
    return services.find_person(reading(), email) if password_matches(password_hash, password) else None


def begin_session(person: Person) -> None:
    """A new session under a new secret: whatever the cookie held before is worth nothing."""
    with writing() as writer:
        secret = start_session(writer, person, now=request_time())
        session.clear()
        # The token drawn for this request belongs to the session that is gone; a page shown now needs a fresh one.
        g.pop(current_app.config["WTF_CSRF_FIELD_NAME"], None)
        session[SECRET] = secret
        session.permanent = True
        login_user(person)
        bounced = find_flag(writer, person.email)
    if bounced:
        flash(
            _("Mail to your address comes back, so our mails to you wait. Look at your account to mend it."),
            "warning",
        )


@blueprint.route("/sign-in/link", methods=["GET", "POST"])
def ask_for_link() -> ResponseReturnValue:
    """Ask for a link to sign in with. The answer is the same whether or not there is an account."""
    form, wanted = LinkForm(), wanted_page()
    if form.validate_on_submit():
        count_this_attempt("sign-in-link", typed(form.email))
        if form.carry_out(
            lambda writer: services.ask_for_sign_in_link(
                writer, now=request_time(), email=typed(form.email), wanted=wanted
            )
        ):
            return render_template("accounts/look_into_mail.html", email=typed(form.email))
    return render_template("accounts/ask_for_link.html", form=form, wanted=wanted), status(form)


@blueprint.route("/sign-in/link/<secret>", methods=["GET", "POST"])
def use_link(secret: str) -> ResponseReturnValue:
    """Sign in by a mailed link. Opening it shows a button; only the button uses it up."""
    form, signed_in = Form(), list[Person]()
    if form.validate_on_submit() and form.carry_out(
        lambda writer: signed_in.append(services.sign_in_by_link(writer, now=request_time(), secret=secret))
    ):
        begin_session(signed_in[0])
        return redirect(way_on(wanted_page()))
    link = (
        None if form.is_submitted() else find_link(reading(), secret, LinkPurpose.SIGN_IN, now=request_time())
    )
    return render_template(
        "accounts/use_link.html",
        form=form,
        link=link,
        shown_email=partly_hidden(link.email) if link else "",
        wanted=wanted_page(),
    ), status(form)


@blueprint.get("/csrf")
def csrf() -> ResponseReturnValue:
    """A fresh token for a page whose session was renewed in another window."""
    return jsonify(token=generate_csrf())


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session on the server; the cookie is worth nothing from now on."""
    with writing() as writer:
        end_session(writer, session.get(SECRET, ""))
    session.clear()
    flash(_("You are signed out."))
    return redirect(url_for("site.home"))

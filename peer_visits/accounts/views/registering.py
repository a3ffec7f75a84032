"""A new account, and its address confirmed."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts import services
from peer_visits.accounts.current import current_person
from peer_visits.accounts.forms import RegisterForm
from peer_visits.accounts.models import LinkPurpose
from peer_visits.accounts.passwords import hash_password
from peer_visits.accounts.views.answering import status, use_up_link
from peer_visits.accounts.views.attempts import count_this_attempt
from peer_visits.accounts.views.blueprint import blueprint
from peer_visits.outbox.wording.speech import LANGUAGES
from peer_visits.storage.transaction import writing
from peer_visits.web.formats import default_zone
from peer_visits.web.forms import typed
from peer_visits.web.moment import request_time


@blueprint.route("/register", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    """A new account. The answer is the same whether or not the address is known."""
    form = RegisterForm()
    if form.validate_on_submit():
        count_this_attempt("register", typed(form.email))
        password_hash = hash_password(typed(form.password))
        if form.carry_out(
            lambda writer: services.register_person(
                writer,
                now=request_time(),
                email=typed(form.email),
                name=typed(form.name),
                password_hash=password_hash,
                time_zone=default_zone(),
                language=request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0],
            )
        ):
            return render_template("accounts/look_into_mail.html", email=typed(form.email))
    return render_template("accounts/register.html", form=form), status(form)


@blueprint.route("/verify/<secret>", methods=["GET", "POST"])
def verify(secret: str) -> ResponseReturnValue:
    """Confirm an address. Opening the link shows a button; only the button uses it up."""
    return use_up_link(
        secret,
        LinkPurpose.VERIFY,
        "accounts/verify.html",
        lambda writer: services.verify_address(writer, now=request_time(), secret=secret),
        _("Your address is confirmed."),
    )


@blueprint.post("/account/send-verification")
def send_verification() -> ResponseReturnValue:
    """Mail the confirming link once more."""
    person = current_person()
    count_this_attempt("verify", person.email)
    with writing() as writer:
        services.send_verification(writer, actor=person, now=request_time())
    flash(_("A new link is on its way to %(email)s.", email=person.email))
    return redirect(url_for("accounts.profile"))

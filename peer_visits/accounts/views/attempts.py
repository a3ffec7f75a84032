"""Attempts are counted, and too many wait."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts.again import sign_in_page
from peer_visits.accounts.forms import SignInForm
from peer_visits.accounts.kept import carried
from peer_visits.accounts.throttle import TooManyAttempts, count_attempt
from peer_visits.accounts.views.blueprint import blueprint
from peer_visits.storage.transaction import writing
from peer_visits.web.moment import request_time


def count_this_attempt(purpose: str, email: str) -> None:
    """Count this attempt in a transaction of its own, so that it stays counted whatever follows."""
    with writing() as writer:
        count_attempt(
            writer, purpose=purpose, email=email, network=request.remote_addr or "", now=request_time()
        )


@blueprint.app_errorhandler(TooManyAttempts)
def wait(error: TooManyAttempts) -> ResponseReturnValue:
    """Too many attempts: say how long to wait, and lose nothing that a sign-in carries along."""
    headers, kept = {"Retry-After": str(error.retry_after_seconds)}, carried()
    if kept is None:
        return render_template("errors/429.html"), 429, headers
    form = SignInForm()
    form.refusals.append(_("Too many attempts. Wait a minute, then try again."))
    return sign_in_page(form, kept, request.args.get("next")), 429, headers

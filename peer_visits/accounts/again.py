"""Signing in again without losing what was typed, and forms whose token is no longer good.

Nothing that was kept is carried out by itself: it is sent again when the person presses the button.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peer_visits.accounts.current import current_person_or_none
from peer_visits.accounts.forms import SignInForm
from peer_visits.accounts.kept import Kept, carried, is_from_this_site, keep_sent
from peer_visits.accounts.ways import takes, this_path, way_on


def ask_to_sign_in(*, is_ours: bool) -> ResponseReturnValue:
    """The answer to somebody who is not, or no longer, signed in.

    `is_ours` says that a page of ours sent the form. What another site made up is never kept: it would be sent in
    the person's name with one press. A POST is answered 401 and not 200, since nothing was done; browsers show the
    page of a 401 as any other, as long as it does not ask for their own password window.
    """
    if _is_for_a_script():
        return jsonify(error="signed out"), HTTPStatus.UNAUTHORIZED
    if request.method != "POST":
        wanted = this_path() if request.method == "GET" else None
        return redirect(url_for("accounts.sign_in", next=wanted))
    kept = keep_sent() if is_ours else None
    return sign_in_page(SignInForm(formdata=None), kept, this_path()), HTTPStatus.UNAUTHORIZED


def sign_in_page(form: SignInForm, kept: Kept | None, wanted: str | None) -> str:
    """The sign-in page, with what it carries along and where it leads."""
    return render_template("accounts/sign_in.html", form=form, kept=kept, wanted=wanted)


def go_on(kept: Kept | None, wanted: str | None) -> ResponseReturnValue:
    """On to the wanted page; with kept fields over a page whose button sends them."""
    if kept and wanted and takes(wanted, "POST"):
        return render_template("accounts/go_on.html", kept=kept, wanted=wanted)
    return redirect(way_on(wanted))


def expired_form() -> ResponseReturnValue:
    """A form whose token is not good: an error, with a button to send it again if it came from a page of ours."""
    if not is_from_this_site():
        return render_template("errors/400.html"), HTTPStatus.BAD_REQUEST
    if request.endpoint == "accounts.sign_in" and current_person_or_none() and (kept := carried()):
        # Signed in meanwhile in another window: there is nothing left to ask.
        return go_on(kept, request.args.get("next"))
    return render_template("errors/400.html", kept=keep_sent(), wanted=this_path()), HTTPStatus.BAD_REQUEST


def _is_for_a_script() -> bool:
    return request.accept_mimetypes.best == "application/json"

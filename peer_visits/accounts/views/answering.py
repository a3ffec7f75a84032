"""How pages of accounts answer, and how they use a mailed link up."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peer_visits.accounts.links import find_link
from peer_visits.accounts.models import LinkPurpose
from peer_visits.storage.transaction import reading
from peer_visits.web.forms import Form
from peer_visits.web.moment import request_time


def status(form: Form) -> int:
    """What a page with a form answers: a form that was sent and comes back was refused."""
    return 422 if form.is_submitted() else 200


def use_up_link(
    secret: str, purpose: LinkPurpose, template: str, command: Callable[[Session], object], done: str
) -> ResponseReturnValue:
    """The page of a mailed link. Opening it shows a button; only the button uses it up."""
    link = find_link(reading(), secret, purpose, now=request_time())
    form = Form()
    if form.validate_on_submit() and form.carry_out(command):
        flash(done)
        return redirect(url_for("accounts.profile"))
    return render_template(template, form=form, link=link), status(form)

"""What one press does with a draft: a test to oneself, or away with it."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts.current import current_person
from peer_visits.mailing.groups import services
from peer_visits.mailing.groups.access import get_group_for_organiser
from peer_visits.mailing.groups.views.blueprint import blueprint
from peer_visits.storage.transaction import reading
from peer_visits.web.forms import Form
from peer_visits.web.moment import request_time


@blueprint.post("/organise/mail/groups/<uuid:group_id>/test")
def test(group_id: uuid.UUID) -> ResponseReturnValue:
    """Send it to oneself alone."""
    return _act(group_id, services.send_group_test, _("A test goes to your own address."), "groups.show")


@blueprint.post("/organise/mail/groups/<uuid:group_id>/discard")
def discard(group_id: uuid.UUID) -> ResponseReturnValue:
    """Throw a draft away."""
    return _act(group_id, services.discard_group_mail, _("The draft is gone."), "groups.index")


def _act(group_id: uuid.UUID, command: Callable[..., object], said: str, then: str) -> ResponseReturnValue:
    _group, programme = get_group_for_organiser(reading(), current_person(), group_id)
    arguments = {"slug": programme.slug} if then == "groups.index" else {"group_id": group_id}
    form = Form()
    done = form.validate_on_submit() and form.carry_out(
        lambda session: command(
            session,
            actor=current_person(),
            now=request_time(),
            group=get_group_for_organiser(session, current_person(), group_id)[0],
        )
    )
    flash(said if done else " ".join(form.refusals), "message" if done else "warning")
    return redirect(url_for(then, **arguments) if done else url_for("groups.show", group_id=group_id))

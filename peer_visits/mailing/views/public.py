"""Pages that need no account: leaving what is not essential, and what a supervisor measures."""

from __future__ import annotations

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from peer_visits.mailing.views.blueprint import blueprint
from peer_visits.outbox.health import read_metrics
from peer_visits.outbox.rendering import MailSettings
from peer_visits.outbox.unsubscribing import come_back, find_topic, is_subscribed, leave, read_ticket
from peer_visits.storage.transaction import reading, writing
from peer_visits.web.moment import request_time


@blueprint.route("/mail/unsubscribe/<secret>", methods=["GET", "POST"])
def unsubscribe(secret: str) -> ResponseReturnValue:
    """Leave a topic with one click. Looking changes nothing: mail scanners look. The address itself is the proof."""
    settings: MailSettings = current_app.extensions["session_info"]["mail"]
    message_id = read_ticket(settings.secret, secret)
    found = find_topic(reading(), message_id) if message_id else None
    if found is None:
        return render_template("mailing/unsubscribe.html", topic=None), 410
    address, topic = found
    if request.method == "POST":
        with writing() as session:
            if request.form.get("again") == "1":
                come_back(session, address, topic)
            else:
                leave(session, address, topic, now=request_time())
    return render_template(
        "mailing/unsubscribe.html",
        topic=topic,
        address=address,
        secret=secret,
        is_in=is_subscribed(reading(), address, topic),
    )


@blueprint.get("/metrics")
def metrics() -> Response:
    """The state of the outbox as figures, in the text format that Prometheus reads."""
    lines = read_metrics(reading(), request_time())
    return Response(lines, content_type="text/plain; version=0.0.4; charset=utf-8")

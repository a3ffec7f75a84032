"""The built-in mailbox: in the demo every mail of the outbox can be read here by anybody."""

from __future__ import annotations

import uuid

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import or_, select

from peer_visits.kernel.errors import NotFound
from peer_visits.outbox.models import Message
from peer_visits.storage.transaction import reading
from peer_visits.web.pages import fetch_page, requested_page

# The HTML part is shown as a mail program would: its own styles, our pictures, and nothing that acts.
HTML_PART_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'"


def show_mailbox() -> str:
    """Every mail, the newest first; `?q=` looks at addresses and subjects."""
    wanted = request.args.get("q", "").strip()[:200]
    query = select(Message).order_by(Message.created_at.desc(), Message.id)
    if wanted:
        query = query.where(
            or_(
                Message.to_address.icontains(wanted, autoescape=True),
                Message.subject.icontains(wanted, autoescape=True),
            )
        )
    page = fetch_page(reading(), query, requested_page())
    return render_template("dev/mailbox.html", page=page, wanted=wanted)


def show_message(message_id: uuid.UUID) -> ResponseReturnValue:
    """One mail; `?part=html` is its HTML part alone."""
    message = reading().get(Message, message_id)
    if message is None:
        raise NotFound
    if request.args.get("part") == "html":
        return Response(message.html, headers={"Content-Security-Policy": HTML_PART_POLICY})
    return render_template("dev/message.html", message=message)

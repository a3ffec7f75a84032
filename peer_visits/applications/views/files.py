"""Files of an application: taken in as soon as they are chosen, shown to their owner."""

from __future__ import annotations

import uuid

from flask import Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from peer_visits.accounts.current import current_person
from peer_visits.applications.access import get_attachment_for_applicant
from peer_visits.applications.attaching import attach_file
from peer_visits.applications.queries import find_application
from peer_visits.applications.uploads import accept_sent
from peer_visits.applications.views.blueprint import blueprint
from peer_visits.calls.access import get_published_call
from peer_visits.files.serving import send_preview, send_stored
from peer_visits.kernel.errors import Refused
from peer_visits.storage.transaction import reading, writing
from peer_visits.web.formats import filesize, say
from peer_visits.web.moment import request_time


@blueprint.post("/calls/<slug>/apply/files")
def upload(slug: str) -> ResponseReturnValue:
    """Take one file in; the answer names it by its id."""
    call_id = get_published_call(reading(), slug).id
    reading().rollback()  # opening a file is slow; nothing stays open meanwhile
    try:
        accepted = accept_sent(request.files.get("file"))
        with writing() as session:
            attachment = attach_file(
                session, actor=current_person(), now=request_time(), call_id=call_id, accepted=accepted
            )
            identity = attachment.id
    except Refused as refusal:
        return jsonify(error="refused", reasons=[say(refusal.reason)]), 422
    application = find_application(reading(), current_person().id, call_id)
    return jsonify(
        id=str(identity),
        name=accepted.name,
        size=filesize(accepted.size),
        url=url_for("applications.attachment", attachment_id=identity),
        preview=url_for("applications.preview", attachment_id=identity) if accepted.preview_key else "",
        version=application.version if application else 0,
    )


@blueprint.get("/attachments/<uuid:attachment_id>")
def attachment(attachment_id: uuid.UUID) -> Response:
    """One's own file, as it was given."""
    return send_stored(get_attachment_for_applicant(reading(), current_person(), attachment_id).file)


@blueprint.get("/attachments/<uuid:attachment_id>/preview")
def preview(attachment_id: uuid.UUID) -> Response:
    """How one's own file looks."""
    return send_preview(get_attachment_for_applicant(reading(), current_person(), attachment_id).file)

"""Files as a request brings them: opened and stored before any transaction begins."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import current_app, request
from werkzeug.datastructures import FileStorage

from peer_visits.applications.forms import ApplicationForm
from peer_visits.config import Settings
from peer_visits.files.kinds import DOCUMENTS_AND_PICTURES
from peer_visits.files.services import AcceptedFile, accept_file
from peer_visits.files.serving import current_scanner, current_store
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import phrase


@dataclass(frozen=True)
class SentFile:
    """A file that came with the form, and the id its answer already names it by."""

    id: uuid.UUID
    accepted: AcceptedFile


def accept_sent(sent: FileStorage | None) -> AcceptedFile:
    """Open one file and store it. Raises Refused with what is wrong with it."""
    settings: Settings = current_app.extensions["settings"]
    if sent is None or not sent.filename:
        raise Refused(phrase("Choose a file first."))
    return accept_file(
        current_store(),
        sent.stream,
        sent.filename,
        kinds=DOCUMENTS_AND_PICTURES,
        most_bytes=settings.upload_bytes,
        scanner=current_scanner(),
    )


def take_files(form: ApplicationForm) -> list[SentFile]:
    """The files that came with a form sent without a script; each field then names its file.

    A file that is refused says so at its field; everything else in the form goes on.
    """
    taken = []
    for _question, field in form.file_fields():
        sent = request.files.get(f"file_{field.name}")
        if sent is None or not sent.filename:
            continue
        try:
            file = SentFile(new_id(), accept_sent(sent))
        except Refused as refusal:
            form.add_refusal(Refused(refusal.reason, field=field.name))
            continue
        field.data = str(file.id)
        taken.append(file)
    return taken

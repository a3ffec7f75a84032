"""Files given with an application, as far as hosts may see the question they answer."""

from __future__ import annotations

import uuid

from flask import Response

from peer_visits.accounts.current import current_person
from peer_visits.applications.models import Attachment
from peer_visits.files.serving import send_bare, send_preview, send_stored
from peer_visits.shortlist.access import get_attachment_for_host, get_choice_for_host
from peer_visits.shortlist.identity import are_names_hidden
from peer_visits.shortlist.views.blueprint import blueprint
from peer_visits.storage.transaction import reading
from peer_visits.visits.access import get_visit_for_host


@blueprint.get("/host/<slug>/choices/<uuid:choice_id>/files/<uuid:attachment_id>")
def attachment(slug: str, choice_id: uuid.UUID, attachment_id: uuid.UUID) -> Response:
    """The file, to be saved; in a blind call without its name and what its program noted in it."""
    found, name, hidden = _find(slug, choice_id, attachment_id)
    return send_bare(found.file, name=name) if hidden else send_stored(found.file, name=name)


@blueprint.get("/host/<slug>/choices/<uuid:choice_id>/files/<uuid:attachment_id>/preview")
def preview(slug: str, choice_id: uuid.UUID, attachment_id: uuid.UUID) -> Response:
    """How the file looks: the picture, or the first page."""
    return send_preview(_find(slug, choice_id, attachment_id)[0].file)


def _find(slug: str, choice_id: uuid.UUID, attachment_id: uuid.UUID) -> tuple[Attachment, str, bool]:
    session = reading()
    visit = get_visit_for_host(session, current_person(), slug)
    choice = get_choice_for_host(session, visit, choice_id, reader=current_person())
    hidden = are_names_hidden(session, visit)
    return *get_attachment_for_host(session, choice, attachment_id, hidden=hidden), hidden

"""The files that go with the mails of a group, read when they leave."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select

from peer_visits.files.models import StoredFile
from peer_visits.files.serving import current_store
from peer_visits.outbox.mime import Attachment
from peer_visits.outbox.models import Enclosure
from peer_visits.storage.transaction import reading


class Enclosures:
    """Reads what is enclosed; the files of the last group are kept, since the next mail is mostly of the same."""

    def __init__(self) -> None:
        self._kept: dict[str, Attachment] = {}

    def of_group(self, group_id: uuid.UUID | None) -> Sequence[Attachment]:
        """The files of a group in their order. Raises NotFound if the bytes of one are gone."""
        if group_id is None:
            return ()
        query = (
            select(StoredFile.key, StoredFile.name, StoredFile.media_type)
            .join(Enclosure, Enclosure.file_id == StoredFile.id)
            .where(Enclosure.group_id == group_id)
            .order_by(Enclosure.position)
        )
        rows = reading().execute(query).all()
        reading().rollback()  # no transaction stays open while talking to the server
        self._kept = {key: self._kept.get(key) or _read(key, name, kind) for key, name, kind in rows}
        return list(self._kept.values())


def _read(key: str, name: str, media_type: str) -> Attachment:
    with current_store().open(key) as opened:
        return Attachment(name, media_type, opened.read())

"""What the file of a report was made of."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from peer_visits.storage.base import Base


class DocumentPrint(Base):
    """The mark of what a written document said when its file was made, and when that was last compared."""

    __tablename__ = "document_print"

    document_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("analytical_document.id"), primary_key=True)
    # None until a file was made whose content is known; or where none could be made.
    mark: Mapped[str | None] = mapped_column(String(64))
    checked_at: Mapped[datetime] = mapped_column(index=True)

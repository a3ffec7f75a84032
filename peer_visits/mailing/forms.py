"""Forms of the outbox."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from peer_visits.storage.base import LONG_TEXT
from peer_visits.web.forms import Form, line, text


class EditForm(Form):
    """Other words for one mail, made from the revision that was seen."""

    subject = line(_l("Subject"), limit=250)
    text = text(_l("Text"), limit=LONG_TEXT, render_kw={"rows": 24})
    revision = HiddenField()

    @property
    def expected_revision(self) -> int:
        """The revision as sent; 0, which no mail has, for anything that is not a number."""
        data = str(self.revision.data or "")
        return int(data) if data.isascii() and data.isdigit() and len(data) < 10 else 0


class ApproveForm(Form):
    """How many mails the organiser saw."""

    count = HiddenField()

    @property
    def expected(self) -> int:
        """The number as sent; -1, which no count is, for anything else."""
        data = str(self.count.data or "")
        return int(data) if data.isascii() and data.isdigit() and len(data) < 10 else -1

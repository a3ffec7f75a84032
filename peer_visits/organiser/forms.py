"""Forms of the organiser's pages."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, Field
from wtforms.validators import ValidationError

from peer_visits.calls.models import Call
from peer_visits.kernel.zones import WallTime, how_often, to_utc
from peer_visits.web.forms import Form, Required, line, text


class LetInForm(Form):
    """Why somebody may apply whom the rules keep out."""

    reason = line(
        _l("Why this person may apply"),
        required=False,
        limit=500,
        description=_l("The applicant does not read it; it stands in the log. Empty: the rules count again."),
    )


class RedactForm(Form):
    """A passage hosts shall not read."""

    passage = text(
        _l("Passage to hide"),
        limit=500,
        description=_l("Copy it from the application. It is hidden wherever it stands in its texts."),
    )


class CompletionForm(Form):
    """What is asked of one applicant after the deadline, and until when."""

    call: Call
    note = text(_l("What you ask for"), limit=500)
    until = DateTimeLocalField(
        _l("Open for this person until"),
        format=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"],
        validators=[Required(_l("Say until when."))],
    )

    def validate_until(self, field: Field) -> None:
        """A wall time that exists in the call's zone."""
        if field.data and how_often(field.data, self.call.zone) is WallTime.NEVER:
            raise ValidationError(_("The clock skips this time on that day. Choose another."))

    @property
    def moment(self) -> datetime:
        """The moment in UTC."""
        return to_utc(cast(datetime, self.until.data), self.call.zone)


def completion_form(call: Call) -> CompletionForm:
    """The form, its moments read in the call's zone."""
    form = CompletionForm()
    form.call = call
    return form


class ViewForm(Form):
    """The name of a view."""

    name = line(_l("Save this view as"), limit=80)

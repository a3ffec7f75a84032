"""Forms about a call as a whole: begun, taken over, one step further, extended."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, Field
from wtforms.validators import Optional, ValidationError

from peer_visits.calls.models import Call
from peer_visits.editor.forms.fields import wall_problem, wall_time
from peer_visits.web.forms import Form, VersionedForm, line


class TitleForm(Form):
    """The title of a new call."""

    title = line(_l("Title of the call"))


class CloneForm(TitleForm):
    """The title of a call made from an earlier one."""

    with_visits = BooleanField(_l("Take the visits over too, without their dates"))


class ExtendForm(VersionedForm):
    """A later end."""

    zone = ""
    closes = wall_time(_l("Closes"))
    answers_by = DateField(_l("Answers by"), validators=[Optional()])

    @property
    def end(self) -> datetime:
        """The wall time typed, once the form is found right."""
        return cast(datetime, self.closes.data)

    def validate_closes(self, field: Field) -> None:
        """A time that the clock shows once."""
        problem = wall_problem(field.data, self.zone)
        if problem:
            raise ValidationError(problem)


def extend_form(call: Call) -> ExtendForm:
    """The end as it is now, to be moved."""
    form = ExtendForm(
        data={
            "version": call.version,
            "closes": datetime.fromisoformat(call.closes_wall),
            "answers_by": call.answers_by,
        }
    )
    form.zone = call.zone
    return form


class StepForm(VersionedForm):
    """A step that needs nothing but the version it was seen at."""

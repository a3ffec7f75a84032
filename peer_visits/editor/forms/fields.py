"""Fields that forms of the editor share."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, Field, HiddenField, SelectMultipleField, StringField

from peer_visits.kernel.zones import WallTime, how_often, is_zone
from peer_visits.web.forms import Form, Required, typed


def wall_time(label: Any, **kwargs: Any) -> DateTimeLocalField:
    """A day and a time by the clock of the call's zone, exact to the second."""
    return DateTimeLocalField(
        label,
        format=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"],
        validators=[Required(_l("Say when."))],
        render_kw={"step": 1},
        **kwargs,
    )


def wall_problem(moment: datetime | None, zone: str) -> str:
    """What is wrong with a wall time in a zone: the clock skips it, or shows it twice."""
    if moment is None or not is_zone(zone):
        return ""
    problems = {
        WallTime.NEVER: _("The clock skips this time on that day. Choose another."),
        WallTime.TWICE: _("The clock shows this time twice on that day. Choose another."),
    }
    return str(problems.get(how_often(moment, zone), ""))


def values_of(form: Form) -> dict[str, Any]:
    """What stands in every field but the hidden ones, by its name: texts as texts, ticks as lists."""
    return {field.name: _value_of(field) for field in form if not isinstance(field, HiddenField)}


def _value_of(field: Field) -> Any:
    if isinstance(field, StringField):
        return typed(field)
    return list(field.data or ()) if isinstance(field, SelectMultipleField) else field.data

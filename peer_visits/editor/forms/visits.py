"""The visits of a call."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, SelectField
from wtforms.validators import Optional, ValidationError

from peer_visits.accounts.forms import country_choices, language_choices
from peer_visits.editor.forms.fields import values_of
from peer_visits.kernel.zones import is_zone
from peer_visits.visits.models import Visit
from peer_visits.visits.states import HostKind, VisitFormat
from peer_visits.web.formats import reader_locale
from peer_visits.web.forms import VersionedForm, choice, line, options, text, typed, whole

FORMATS = {
    VisitFormat.ONLINE: _l("Online"),
    VisitFormat.ONSITE: _l("On site"),
    VisitFormat.HYBRID: _l("Hybrid"),
}
HOST_KINDS = {
    HostKind.UNKNOWN: _l("Not said"),
    HostKind.CITY: _l("City or municipality"),
    HostKind.REGION: _l("Region"),
    HostKind.PARK: _l("Park or protected area"),
    HostKind.INSTITUTION: _l("Public institution"),
    HostKind.ASSOCIATION: _l("Association or initiative"),
}


class VisitForm(VersionedForm):
    """What is said about a visit before it is held."""

    place = line(_l("Place"), description=_l("The city or region, as it should stand on the card."))
    country = choice(_l("Country"), lambda: [("", _("Choose one")), *country_choices(reader_locale())])
    host_name = line(_l("Host"), description=_l("The body that hosts, such as “City of Vantaa”."))
    host_kind = SelectField(
        _l("Kind of host"),
        choices=lambda: options((one.value, name) for one, name in HOST_KINDS.items()),
        default=HostKind.UNKNOWN.value,
        description=_l("The library can be narrowed by it."),
    )
    called_title = line(_l("Title"), required=False, limit=300)
    topic = line(_l("Topic"), required=False, limit=300)
    about = text(_l("About the visit"), required=False, description=_l("Markdown: **bold**, lists, links."))
    format = choice(_l("How it is held"), [(one.value, name) for one, name in FORMATS.items()])
    zone = line(_l("Time zone"), limit=64, render_kw={"list": "zones", "autocomplete": "off"})
    capacity = whole(_l("Places"), 1, 1000)
    language = choice(_l("Language"), lambda: language_choices(reader_locale()))
    announced_starts_on = DateField(_l("First day"), validators=[Optional()])
    announced_ends_on = DateField(_l("Last day"), validators=[Optional()])

    def validate_zone(self, field: Field) -> None:
        """Only zones that exist."""
        if field.data and not is_zone(field.data):
            raise ValidationError(_("Choose a zone from the list, such as Europe/Brussels."))

    def validate_announced_ends_on(self, field: Field) -> None:
        """The last day is not before the first."""
        first = self.announced_starts_on.data
        if field.data and not first:
            raise ValidationError(_("Say the first day too."))
        if field.data and first and field.data < first:
            raise ValidationError(_("The last day lies before the first."))

    def values(self) -> dict[str, Any]:
        """What was typed, as the service takes it."""
        return {
            **values_of(self),
            "format": VisitFormat(typed(self.format)),
            "host_kind": HostKind(typed(self.host_kind)),
            "announced_ends_on": self.announced_ends_on.data or self.announced_starts_on.data,
        }


def visit_form(visit: Visit | None, zone: str) -> VisitForm:
    """The form of a visit, filled with what is saved."""
    if visit is None:
        return VisitForm(
            data={"version": 0, "zone": zone, "capacity": 12, "language": "en", "format": "online"}
        )
    names = [name for name in VisitForm(formdata=None)._fields if hasattr(visit, name)]
    data = {name: getattr(visit, name) for name in names}
    return VisitForm(data={**data, "format": visit.format.value})


def typed_order(pairs: Iterable[tuple[str, str]]) -> list[uuid.UUID]:
    """Ids in the order of the numbers typed beside them, from fields named `visit_<id>`."""
    found: list[tuple[int, int, uuid.UUID]] = []
    for name, value in pairs:
        start, _underscore, rest = name.partition("_")
        if start == "visit" and len(rest) == 32 and value.isascii() and value.isdigit():
            found.append((int(value[:9]), len(found), uuid.UUID(rest)))
    return [one for number, _at, one in sorted(found)]

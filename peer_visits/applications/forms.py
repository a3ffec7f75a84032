"""The application's form: as many lines of choice as the call allows, each with its position."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, IntegerField, SelectField, StringField
from wtforms.validators import NumberRange, Optional

from peer_visits.applications.models import MOTIVATION, Application
from peer_visits.applications.rules import ApplicationContent, ChoiceContent
from peer_visits.applications.services import Incomplete
from peer_visits.calls.models import Call
from peer_visits.kernel.errors import Refused
from peer_visits.visits.models import Visit
from peer_visits.web.formats import country_tag
from peer_visits.web.forms import VersionedForm, text, typed


class ApplicationForm(VersionedForm):
    """The part that is the same for every call. `form_for` adds the lines of choice."""

    most_choices = 0
    brings = text(
        _l("What you bring"),
        required=False,
        description=_l("What you know or have tried, and can share with the group."),
    )
    wants = text(
        _l("What you want to learn"),
        required=False,
        description=_l("The question you would take home an answer to."),
    )

    @property
    def lines(self) -> list[tuple[SelectField, StringField, IntegerField]]:
        """Visit, motivation and position of each line."""
        return [
            (self[f"visit_{index}"], self[f"why_{index}"], self[f"position_{index}"])
            for index in range(self.most_choices)
        ]

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Also: words without a visit would be lost, so they are asked about."""
        good = bool(super().validate(*args, **kwargs))
        homeless = [visit for visit, why, _position in self.lines if not visit.data and why.data]
        for visit in homeless:
            visit.errors = [_("Choose the visit that the words below are about.")]
        return good and not homeless

    def ordered(self) -> list[tuple[SelectField, StringField, IntegerField]]:
        """The lines by position; of equal ones the upper first."""
        return sorted(self.lines, key=lambda line: line[2].data or self.most_choices)

    def content(self) -> ApplicationContent:
        """What was typed, the choices in order of rank."""
        choices = tuple(
            ChoiceContent(uuid.UUID(visit.data), typed(why))
            for visit, why, _position in self.ordered()
            if visit.data
        )
        return ApplicationContent(typed(self.brings), typed(self.wants), choices)

    def add_refusal(self, refusal: Refused) -> None:
        """Each missing thing at its own field; a rank is turned back into the line it was typed in."""
        for one in refusal.problems if isinstance(refusal, Incomplete) else [refusal]:
            super().add_refusal(Refused(one.reason, field=self._line_field(one.field)))

    def _line_field(self, name: str | None) -> str | None:
        kind, _underscore, rank = (name or "").partition("_")
        if kind not in {"visit", "why"}:
            return name
        chosen = [visit for visit, _why, _position in self.ordered() if visit.data]
        line = chosen[int(rank)].name.removeprefix("visit_") if int(rank) < len(chosen) else rank
        return f"{kind}_{line}"


def form_for(call: Call, visits: Sequence[Visit], application: Application | None) -> ApplicationForm:
    """The form of this call, filled with what is saved."""
    most = min(call.max_choices, len(visits))
    fields: dict[str, Any] = {"most_choices": most}
    for index in range(most):
        fields |= _line_fields(index, most, visits)
    form_class = type("CallApplicationForm", (ApplicationForm,), fields)
    return cast(ApplicationForm, form_class(data=_saved(application)))


def _line_fields(index: int, most: int, visits: Sequence[Visit]) -> dict[str, Field]:
    names = [
        (str(visit.id), f"{visit.place} ({country_tag(visit.country)}): {visit.title}") for visit in visits
    ]
    return {
        f"visit_{index}": SelectField(
            _l("Visit"), choices=[("", _("No visit")), *names], validators=[Optional()]
        ),
        f"why_{index}": text(_l("Why this visit"), required=False, limit=MOTIVATION),
        f"position_{index}": IntegerField(
            _l("Position"),
            default=index + 1,
            render_kw={"data-position": True},
            validators=[Optional(), NumberRange(1, most, message=_l("Write a position from 1 on."))],
        ),
    }


def _saved(application: Application | None) -> dict[str, Any]:
    if application is None:
        return {"version": 0}
    data: dict[str, Any] = {
        "version": application.version,
        "brings": application.brings,
        "wants": application.wants,
    }
    for index, choice in enumerate(application.choices):
        data |= {f"visit_{index}": str(choice.visit_id), f"why_{index}": choice.motivation}
    return data

"""Forms of this room."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import Email, Optional

from peer_visits.accounts.forms import country_choices
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import normal_address
from peer_visits.places.models import Place
from peer_visits.places.outcome import OutcomeChanged
from peer_visits.places.services.answering import Parting
from peer_visits.places.states import PlaceKind
from peer_visits.storage.base import ADDRESS
from peer_visits.web.formats import reader_locale, say
from peer_visits.web.forms import Form, VersionedForm, address, choice, line, options, text, typed


def _colleagues_address() -> StringField:
    return StringField(
        _l("Their e-mail address"),
        filters=[lambda value: normal_address(value or "")],
        validators=[Optional(), Email(_l("Write an e-mail address such as name@example.org."))],
        render_kw={"maxlength": ADDRESS},
    )


class PartingForm(VersionedForm):
    """What somebody may say who does not come."""

    note = text(
        _l("Why you cannot come"),
        required=False,
        limit=500,
        description=_l("The organiser reads it; it helps to plan. The host and other applicants do not."),
    )
    substitute_name = line(
        _l("A colleague of your organisation who could come instead"),
        required=False,
        description=_l(
            "You propose them to the organiser, who gets in touch. They do not get the place by it."
        ),
    )
    substitute_email = _colleagues_address()

    def parting(self) -> Parting:
        """What was typed, as the service takes it."""
        return Parting(typed(self.note), typed(self.substitute_name), typed(self.substitute_email))

    def begin_with(self, place: Place) -> None:
        """Whoever named a substitute in the application finds them here; a form that was sent stays as it was sent."""
        application = place.choice.application if place.choice else None
        if self.is_submitted() or application is None or not application.substitute_name:
            return
        self.substitute_name.data = application.substitute_name
        self.substitute_email.data = application.substitute_email
        self.substitute_name.description = _(
            "You named them in your application; change that, or empty both fields. You propose them to the "
            "organiser, who gets in touch. They do not get the place by it."
        )


class AnswerForm(PartingForm):
    """Yes or no to an offer: which button was pressed."""

    answer = HiddenField()

    @property
    def accepts(self) -> bool | None:
        """True for yes, False for no, nothing for anything else."""
        return {"accept": True, "decline": False}.get(str(self.answer.data))


class GiveUpForm(PartingForm):
    """Giving a place back asks for nothing but the button."""


class TakeBackForm(VersionedForm):
    """Why an offer or a place is taken back, in words for its person."""

    explanation = text(
        _l("What the person should know"),
        limit=500,
        description=_l("They get this sentence by mail. Say why, and what you suggest instead."),
    )


MARKED_KINDS = (
    (PlaceKind.HOST_GUEST, _l("Guest of the host")),
    (PlaceKind.FELLOW_HOST, _l("Fellow host")),
    (PlaceKind.SPEAKER, _l("Speaker")),
)


class MarkForm(Form):
    """Somebody who takes part outside capacity and caps."""

    visit = choice(_l("Visit"), [])
    kind = choice(_l("As what"), [(kind.value, name) for kind, name in MARKED_KINDS])
    name = line(_l("Name"))
    email = address(_l("E-mail address"), is_own=False)
    organisation = line(_l("Organisation"), required=False)
    country = choice(_l("Country"), lambda: [("", _("Choose one")), *country_choices(reader_locale())])


class DecideForm(Form):
    """Deciding a call as it was shown."""

    seen = HiddenField()
    leave_empty = BooleanField(
        _l("Leave these visits empty"),
        description=_l("Nobody gets a place in them, and their applicants are told so."),
    )

    def add_refusal(self, refusal: Refused) -> None:
        """A changed outcome also says what has changed."""
        super().add_refusal(refusal)
        if isinstance(refusal, OutcomeChanged):
            self.refusals.extend(say(change) for change in refusal.changes)


def mark_form(visits: list[tuple[str, str]], **data: Any) -> MarkForm:
    """The form for the visits of one call, by slug and name."""
    form = MarkForm(data=data)
    form.visit.choices = options([("", _("Choose one")), *visits])
    return form

"""Forms of this room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField

from peer_visits.kernel.errors import Refused
from peer_visits.places.outcome import OutcomeChanged
from peer_visits.web.formats import say
from peer_visits.web.forms import Form, VersionedForm, text


class AnswerForm(VersionedForm):
    """Yes or no to an offer: which button was pressed."""

    answer = HiddenField()

    @property
    def accepts(self) -> bool | None:
        """True for yes, False for no, nothing for anything else."""
        return {"accept": True, "decline": False}.get(str(self.answer.data))


class GiveUpForm(VersionedForm):
    """Giving a place back asks for nothing but the button."""


class TakeBackForm(VersionedForm):
    """Why an offer or a place is taken back, in words for its person."""

    explanation = text(
        _l("What the person should know"),
        limit=500,
        description=_l("They get this sentence by mail. Say why, and what you suggest instead."),
    )


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

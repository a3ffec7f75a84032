"""Forms of commitments: what is written, and what came of it."""

from __future__ import annotations

from typing import Any, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectField, StringField
from wtforms.validators import AnyOf

from peer_visits.followup.commitments.models import NOTE, WORDS, Commitment, CommitmentSheet
from peer_visits.followup.commitments.rules import MOST
from peer_visits.followup.commitments.services import Answer, Words
from peer_visits.followup.commitments.states import ANSWERS, CommitmentState, DropReason, Showing
from peer_visits.followup.commitments.words import REASONS, SHOWING
from peer_visits.web.forms import VersionedForm, options, text, typed

NUMBERS = tuple(range(1, MOST + 1))


def _learnt() -> Field:
    return text(_l("What I learnt"), required=False, limit=WORDS)


def _will_do() -> Field:
    return text(_l("What I will do"), required=False, limit=WORDS)


class CommitmentsForm(VersionedForm):
    """Up to three things, and who may read them. Nobody is forced to any."""

    learnt_1, will_do_1 = _learnt(), _will_do()
    learnt_2, will_do_2 = _learnt(), _will_do()
    learnt_3, will_do_3 = _learnt(), _will_do()
    showing = RadioField(
        _l("Who may read it"),
        choices=lambda: options(SHOWING.items()),
        description=_l(
            "Everybody means the public page of the visit, and its report where the author takes it in. Shown are your "
            "words above and whether it is done; what you tell about it later is for the organisers. You can change "
            "this at any time; a report that was published meanwhile keeps what it holds."
        ),
    )

    def fields_of(self, number: int) -> tuple[Field, Field]:
        """What was learnt and what will be done, of one number."""
        return cast("tuple[Field, Field]", (self[f"learnt_{number}"], self[f"will_do_{number}"]))

    @property
    def written(self) -> list[Words]:
        """What was typed, as the service takes it."""
        return [Words(number, *(typed(field) for field in self.fields_of(number))) for number in NUMBERS]


def commitments_form(sheet: CommitmentSheet | None, *, is_sent: bool) -> CommitmentsForm:
    """The form, filled with what is kept; nobody sees it unless its person says so."""
    data: dict[str, Any] = {
        "version": sheet.version if sheet else 0,
        "showing": sheet.showing.value if sheet else Showing.HIDDEN.value,
    }
    for one in sheet.commitments if sheet else ():
        data |= {f"learnt_{one.number}": one.learnt, f"will_do_{one.number}": one.will_do}
    return CommitmentsForm(data=data) if is_sent else CommitmentsForm(formdata=None, data=data)


class AnswerForm(VersionedForm):
    """What came of one commitment: which of three buttons was pressed."""

    # Never drawn as a field: it comes with the button.
    answer = StringField(validators=[AnyOf([state.value for state in ANSWERS])])
    note = text(
        _l("What came of it, or what is in the way"),
        required=False,
        limit=NOTE,
        description=_l("The organisers read it; it is not shown to others."),
    )
    reason = SelectField(
        _l("Why you dropped it"),
        choices=lambda: options([("", _("Choose one")), *REASONS.items()]),
        default="",
    )

    def content(self) -> Answer:
        """What was answered, as the service takes it."""
        reason = typed(self.reason)
        return Answer(
            CommitmentState(typed(self.answer)), DropReason(reason) if reason else None, typed(self.note)
        )


def answer_form(commitment: Commitment, *, is_sent: bool) -> AnswerForm:
    """The form of one commitment; its fields are told apart from those of the others by its number."""
    prefix, data = f"c{commitment.number}", {"version": commitment.version}
    return (
        AnswerForm(prefix=prefix, data=data)
        if is_sent
        else AnswerForm(formdata=None, prefix=prefix, data=data)
    )

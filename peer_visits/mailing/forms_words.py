"""The form of a text's own words."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import ValidationError

from peer_visits.kernel.text import normal_address
from peer_visits.outbox.wording.checking import body_problem, subject_problem
from peer_visits.outbox.wording.definition import Wording, Words
from peer_visits.storage.base import LONG_TEXT
from peer_visits.web.formats import say
from peer_visits.web.forms import VersionedForm, line, text, typed


class WordsForm(VersionedForm):
    """Subject and text with placeholders, and whom a preview is shown to."""

    subject = line(_l("Subject"), limit=250)
    body = text(_l("Text"), limit=LONG_TEXT, render_kw={"rows": 18})
    reader = line(
        _l("Preview for"),
        required=False,
        limit=254,
        description=_l("The address of anybody of this programme. Empty: you."),
        render_kw={"list": "readers", "autocomplete": "off"},
    )

    def __init__(self, *args: Any, wording: Wording, **kwargs: Any) -> None:
        self._wording = wording
        super().__init__(*args, **kwargs)

    @property
    def words(self) -> Words:
        """What was typed."""
        return Words(typed(self.subject), typed(self.body))

    @property
    def reader_address(self) -> str:
        """Whom a preview is for, in the normal form; empty for oneself."""
        return normal_address(typed(self.reader))

    def validate_subject(self, _field: Field) -> None:
        """Only placeholders there are, and none that needs more than a line."""
        self._refuse(subject_problem(self._wording, self.words))

    def validate_body(self, _field: Field) -> None:
        """Only placeholders there are, each where it can stand, and none missing that the mail needs."""
        self._refuse(body_problem(self._wording, self.words))

    def refuse_reader(self) -> None:
        """Nobody of this programme has the address."""
        self.reader.errors = [_("Nobody of this programme has this address.")]

    @staticmethod
    def _refuse(problem: Any) -> None:
        if problem:
            raise ValidationError(say(problem))

"""Forms of the host desk."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, IntegerField, RadioField
from wtforms.validators import Optional

from peer_visits.calls.models import Criterion
from peer_visits.shortlist.models import Review
from peer_visits.shortlist.states import Recommendation
from peer_visits.web.formats import reader_locale
from peer_visits.web.forms import Between, VersionedForm, options, text

# Up to this scale every value has a button of its own; above it a number is typed.
MOST_BUTTONS = 10


ADVICE = {
    Recommendation.SHORTLIST: _l("Shortlist"),
    Recommendation.RESERVE: _l("Reserve"),
    Recommendation.NO: _l("No"),
    Recommendation.UNSURE: _l("Unsure"),
}


def _advice(value: Any) -> str | None:
    return str(value) if value else None


class ReviewForm(VersionedForm):
    """The part that is the same for every call. `review_form` adds a field for each criterion."""

    criterion_ids: tuple[uuid.UUID, ...] = ()
    # What values stand for, by criterion.
    anchors: tuple[Mapping[int, str], ...] = ()
    recommendation = RadioField(
        _l("What you advise"),
        choices=options((one.value, words) for one, words in ADVICE.items()),
        coerce=_advice,
        validators=[Optional()],
    )
    private_note = text(
        _l("Private note"), required=False, description=_l("For you alone. Nobody else ever sees it.")
    )
    note = text(
        _l("Note for the host team"),
        required=False,
        description=_l("Your team and the organiser read it. It is about a person, who may ask to read it."),
    )

    @property
    def score_fields(self) -> list[Field]:
        """The fields of the criteria, in their order."""
        return [self[f"score_{index}"] for index in range(len(self.criterion_ids))]

    def scores(self) -> dict[uuid.UUID, int]:
        """What was scored, by criterion; what was left open is left out."""
        pairs = zip(self.criterion_ids, self.score_fields, strict=True)
        return {one: int(field.data) for one, field in pairs if field.data is not None}

    def advice(self) -> Recommendation | None:
        """What was recommended."""
        return Recommendation(self.recommendation.data) if self.recommendation.data else None


class HandOverForm(VersionedForm):
    """A word to the organiser."""

    note = text(_l("Note to the organiser"), required=False)


class RevealForm(VersionedForm):
    """The lead closes the scores of a blind call and lets the team see the names."""

    sure = BooleanField(
        _l("Close the scores although not everything is read"),
        description=_l("What is not read by now gets no score any more."),
    )


def review_form(criteria: Sequence[Criterion], review: Review | None) -> ReviewForm:
    """The form for these criteria, filled with what this reader has saved."""
    language = reader_locale()
    fields: dict[str, Any] = {
        "criterion_ids": tuple(criterion.id for criterion in criteria),
        "anchors": tuple(dict(criterion.anchors_in(language)) for criterion in criteria),
    }
    fields |= {
        f"score_{index}": _score_field(criterion, language) for index, criterion in enumerate(criteria)
    }
    form_class = type("CallReviewForm", (ReviewForm,), fields)
    return cast(ReviewForm, form_class(data=_saved(criteria, review)))


def _score_field(criterion: Criterion, language: str) -> Field:
    title, hint = criterion.title_in(language), criterion.help_in(language)
    if criterion.maximum <= MOST_BUTTONS:
        return RadioField(
            title,
            choices=options((value, str(value)) for value in range(criterion.maximum + 1)),
            coerce=_whole,
            description=hint,
            validators=[Optional()],
        )
    limit = Between(0, criterion.maximum, _("Write a number from 0 to %(n)s.", n=criterion.maximum))
    return IntegerField(title, description=hint, validators=[Optional(), limit])


def _whole(value: Any) -> int | None:
    return None if value in (None, "") else int(value)


def _saved(criteria: Sequence[Criterion], review: Review | None) -> dict[str, Any]:
    if review is None:
        return {"version": 0}
    values = {score.criterion_id: score.value for score in review.scores}
    scores = {f"score_{index}": values.get(criterion.id) for index, criterion in enumerate(criteria)}
    return {
        "version": review.version,
        "note": review.note,
        "private_note": review.private_note,
        "recommendation": review.recommendation,
        **scores,
    }

"""The form of a new run, of a decision by hand, and the small ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from peer_visits.allocation.run_words import AIMS, FORCES, HANDS, POINTS
from peer_visits.allocation.settings import (
    HEAVIEST,
    TIME_LIMIT,
    Aim,
    ByHand,
    Force,
    Hand,
    Points,
    RuleName,
    RuleSetting,
    RunSettings,
)
from peer_visits.visits.models import Visit
from peer_visits.web.forms import Form, line, options, text, ticks, typed, whole

MOST_PEOPLE = 1000
LONGEST = 600


class RunForm(Form):
    """Everything a run goes by. Each rule adds three fields: `force_…`, `bound_…` and `weight_…`."""

    visits = ticks(
        _l("Visits"),
        description=_l("A visit that is left out gives no places in this run."),
    )
    points = RadioField(
        _l("Where points come from"), choices=options((one.value, words) for one, words in POINTS.items())
    )
    aim = RadioField(
        _l("What counts then"), choices=options((one.value, words) for one, words in AIMS.items())
    )
    bonus_1 = whole(_l("Bonus for a first choice"), 0, 100)
    bonus_2 = whole(_l("Bonus for a second choice"), 0, 100)
    bonus_3 = whole(_l("Bonus for a third choice"), 0, 100)
    spread = BooleanField(
        _l("Spread empty places"),
        description=_l("Where places stay empty, no visit shall have many more of them than others."),
    )
    public_value = line(
        _l("Public value for the lottery"),
        required=False,
        limit=120,
        description=_l(
            "Something nobody could know when the call closed, for instance an exchange rate of a later day. It is "
            "fixed with the first run. Left empty, it is the moment at which the call closed."
        ),
    )
    time_limit = whole(_l("Most seconds to look for the best answer"), 5, LONGEST)
    note = line(_l("A note for yourself"), required=False, limit=200)

    def __init__(self, settings: RunSettings, visits: Sequence[Visit], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, data=_as_data(settings, visits), **kwargs)
        self._before = settings
        self.visits.choices = options((str(visit.id), visit.place) for visit in visits)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Judge every field, then what only several of them together say."""
        is_valid = bool(super().validate(extra_validators=extra_validators))
        if not self.visits.data:
            self.visits.errors = [_("Choose at least one visit.")]
            return False
        return is_valid

    @property
    def settings(self) -> RunSettings:
        """What was chosen. What was decided by hand stays."""
        chosen = tuple(self.visits.data or ())
        every = len(chosen) == len(self.visits.choices or ())
        return RunSettings(
            rules=tuple(self._rule(name) for name in RuleName),
            visits=() if every else chosen,
            points=Points(self.points.data),
            aim=Aim(self.aim.data),
            bonus=tuple(field.data or 0 for field in (self.bonus_1, self.bonus_2, self.bonus_3)),
            spread=bool(self.spread.data),
            by_hand=self._before.by_hand,
            time_limit=self.time_limit.data or TIME_LIMIT,
            note=typed(self.note),
        )

    def _rule(self, name: RuleName) -> RuleSetting:
        force, bound, weight = (self[field] for field in rule_fields(name))
        kept = self._before.rule(name).soft_in if force.data == Force.HARD else ()
        return RuleSetting(name, Force(force.data), int(bound.data), int(weight.data), kept)

    def rule_rows(self) -> list[tuple[RuleName, Any, Any, Any]]:
        """Each rule with its three fields."""
        return [(name, *(self[field] for field in rule_fields(name))) for name in RuleName]


def rule_fields(name: RuleName) -> tuple[str, str, str]:
    """The names of a rule's three fields."""
    key = name.value.replace("-", "_")
    return f"force_{key}", f"bound_{key}", f"weight_{key}"


for _name in RuleName:
    _force, _bound, _weight = rule_fields(_name)
    setattr(
        RunForm,
        _force,
        SelectField(_l("How binding"), choices=options((one.value, words) for one, words in FORCES.items())),
    )
    setattr(RunForm, _bound, whole(_l("People"), 0, MOST_PEOPLE))
    setattr(RunForm, _weight, whole(_l("Weight"), 1, HEAVIEST))


def _as_data(settings: RunSettings, visits: Sequence[Visit]) -> dict[str, Any]:
    data: dict[str, Any] = {
        "visits": list(settings.visits) or [str(visit.id) for visit in visits],
        "points": settings.points.value,
        "aim": settings.aim.value,
        "spread": settings.spread,
        "time_limit": settings.time_limit,
        "note": settings.note,
    }
    bonus = (*settings.bonus, 0, 0, 0)
    data |= {f"bonus_{rank}": bonus[rank - 1] for rank in (1, 2, 3)}
    for name in RuleName:
        rule = settings.rule(name)
        data |= dict(zip(rule_fields(name), (rule.force.value, rule.bound, rule.weight), strict=True))
    return data


class HandForm(Form):
    """One person, one visit, what shall be, and why."""

    visit = SelectField(_l("Visit"), validators=[InputRequired(_l("Choose one."))])
    hand = RadioField(
        _l("What shall be"),
        choices=options((one.value, words) for one, words in HANDS.items()),
        validators=[InputRequired(_l("Choose one."))],
    )
    reason = text(
        _l("Why"),
        limit=500,
        description=_l("The reason is kept with the run and shown wherever the run is shown to organisers."),
    )

    def decision(self, person: str) -> ByHand:
        """What was typed about this person."""
        return ByHand(Hand(self.hand.data), person, str(self.visit.data), typed(self.reason))


class SoftenForm(Form):
    """Which rule shall be tried for only, and in which visit; without one, in all."""

    rule = StringField(validators=[Optional()])
    visit = StringField(validators=[Optional()])


class TakeBackForm(Form):
    """Which decision by hand shall hold no longer."""

    person = StringField()
    visit = StringField()

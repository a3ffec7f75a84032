"""The form of a call's criteria: every text once for each language, the meaning of each score on a line."""

from __future__ import annotations

import re
import uuid
from typing import Any, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, SelectField, TextAreaField
from wtforms.validators import Optional

from peer_visits.calls.models import Call, Criterion
from peer_visits.editor.services.criteria import CriterionContent
from peer_visits.kernel.text import clean_text
from peer_visits.web.formats import language as language_name
from peer_visits.web.forms import Characters, VersionedForm, line, options, typed, whole

# Empty lines for new criteria on the page.
NEW_CRITERIA = 2
SCALES = (5, 100)
LONGEST_ANCHOR = 200
_ANCHOR = re.compile(r"(\d{1,3})\s*[:=–-]\s*(.+)")


class CriteriaForm(VersionedForm):
    """All criteria at once; a line without a title is no criterion."""

    count = 0
    languages: tuple[str, ...] = ("en",)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The fields of each line together; `words` are those of each language."""
        names = ("id", "weight", "maximum", "position")
        return [
            {name: self[f"{name}_{at}"] for name in names}
            | {"words": [(one, self._words(at, one)) for one in self.languages]}
            | {"title": self._field("title", at, self.languages[0])}
            for at in range(self.count)
        ]

    def _words(self, at: int, language: str) -> list[Field]:
        return [self._field(name, at, language) for name in ("title", "help", "anchors")]

    def _field(self, name: str, at: int, language: str) -> Field:
        return cast(Field, self[_name(name, at, language, self.languages)])

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Also: every anchor names a score of its scale, once."""
        good = bool(super().validate(*args, **kwargs))
        # A list, not a generator: every line is judged, so that all messages stand there at once.
        fits = [self._anchors_fit(at, one) for at in range(self.count) for one in self.languages]
        return good and all(fits)

    def _anchors_fit(self, at: int, language: str) -> bool:
        field, highest = self._field("anchors", at, language), self[f"maximum_{at}"].data or SCALES[0]
        seen: set[int] = set()
        for row in typed(field).splitlines():
            found = _ANCHOR.fullmatch(row.strip())
            if row.strip() and (problem := _anchor_problem(found, highest, seen, row)):
                field.errors = [*field.errors, problem]
                return False
        return True

    def content(self) -> list[CriterionContent]:
        """The criteria in their order."""
        filled = [at for at in range(self.count) if self._field("title", at, self.languages[0]).data]
        return [
            CriterionContent(
                uuid.UUID(self[f"id_{at}"].data) if self[f"id_{at}"].data else None,
                self._texts("title", at),
                self._texts("help", at),
                self._anchors(at),
                self[f"weight_{at}"].data or 1,
                self[f"maximum_{at}"].data or SCALES[0],
            )
            for at in sorted(filled, key=lambda one: self[f"position_{one}"].data or self.count)
        ]

    def _texts(self, name: str, at: int) -> dict[str, str]:
        found = {one: typed(self._field(name, at, one)) for one in self.languages}
        return {one: words for one, words in found.items() if words}

    def _anchors(self, at: int) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for language in self.languages:
            for row in typed(self._field("anchors", at, language)).splitlines():
                read = _ANCHOR.fullmatch(row.strip())
                if read:
                    found.setdefault(str(int(read[1])), {})[language] = read[2].strip()
        return found


def _anchor_problem(found: re.Match[str] | None, highest: int, seen: set[int], row: str) -> str:
    """What is wrong with one line; notes the score it is about."""
    if found is None:
        return str(
            _("Write a score, a colon and its meaning, such as “5: concrete”. Not so: %(row)s", row=row[:60])
        )
    value, words = int(found[1]), found[2]
    if value > highest:
        return str(
            _("There is no score %(value)s: the scale ends at %(highest)s.", value=value, highest=highest)
        )
    if value in seen:
        return str(_("The score %(value)s stands there twice.", value=value))
    seen.add(value)
    if len(words) > LONGEST_ANCHOR:
        return str(_("Write at most %(limit)s characters for one score.", limit=LONGEST_ANCHOR))
    return ""


def _name(name: str, at: int, language: str, languages: tuple[str, ...]) -> str:
    """The first language's fields carry no code."""
    return f"{name}_{at}" if language == languages[0] else f"{name}_{at}_{language}"


def criteria_form(call: Call) -> CriteriaForm:
    """The criteria of a call, and lines for new ones."""
    languages, count = tuple(call.languages), len(call.criteria) + NEW_CRITERIA
    fields: dict[str, Any] = {"count": count, "languages": languages}
    for at in range(count):
        present = call.criteria[at].maximum if at < len(call.criteria) else SCALES[0]
        fields |= _line_fields(at, present)
        for one in languages:
            fields |= _language_fields(at, one, languages)
    form_class = type("CallCriteriaForm", (CriteriaForm,), fields)
    return cast(CriteriaForm, form_class(data=_criteria_data(call, count)))


def _line_fields(at: int, maximum: int) -> dict[str, Any]:
    scales = sorted({*SCALES, maximum})
    return {
        f"id_{at}": HiddenField(filters=[_only_ids]),
        f"weight_{at}": whole(_l("Weight"), 1, 100, required=False),
        f"maximum_{at}": SelectField(
            _l("Scale"),
            choices=options((one, _("0 to %(highest)s", highest=one)) for one in scales),
            coerce=int,
        ),
        f"position_{at}": whole(_l("Position"), 1, 1000, required=False, render_kw={"data-position": True}),
    }


def _language_fields(at: int, language: str, languages: tuple[str, ...]) -> dict[str, Any]:
    def label(words: str) -> str:
        return words if len(languages) == 1 else f"{words} ({language_name(language)})"

    return {
        _name("title", at, language, languages): line(label(_("Title")), required=False),
        _name("help", at, language, languages): line(label(_("What it means")), required=False, limit=500),
        _name("anchors", at, language, languages): TextAreaField(
            label(_("What each score means")),
            description=_(
                "One line for each score, such as “5: a concrete project”. Readers see it beside the score."
            ),
            filters=[clean_text],
            validators=[Optional(), Characters(lines=True)],
        ),
    }


def _only_ids(value: str | None) -> str:
    try:
        return str(uuid.UUID(value or ""))
    except ValueError:
        return ""


def _criteria_data(call: Call, count: int) -> dict[str, Any]:
    data: dict[str, Any] = {f"position_{at}": at + 1 for at in range(count)}
    data |= {f"weight_{at}": 1 for at in range(count)} | {f"maximum_{at}": SCALES[0] for at in range(count)}
    for at, one in enumerate(call.criteria):
        data |= {f"id_{at}": str(one.id), f"weight_{at}": one.weight, f"maximum_{at}": one.maximum}
        for language in call.languages:
            data |= _saved_words(one, at, language, tuple(call.languages))
    return data


def _saved_words(one: Criterion, at: int, language: str, languages: tuple[str, ...]) -> dict[str, str]:
    anchors = [
        f"{value}: {words[language]}"
        for value, words in sorted(one.anchors.items(), key=lambda pair: int(pair[0]))
        if words.get(language)
    ]
    return {
        _name("title", at, language, languages): one.titles.get(language, ""),
        _name("help", at, language, languages): one.helps.get(language, ""),
        _name("anchors", at, language, languages): "\n".join(anchors),
    }

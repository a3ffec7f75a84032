"""Scores corrected for each reader's usual level: how strict or mild somebody is beside the others.

A score (0 to 100) is taken as

    score = level of the visit + merit of the choice + level of its reader + chance

Merits and levels are found by least squares with shrinkage (ridge): each is drawn towards zero as if a few more
scores said so, therefore little is read into few scores. These are the mixed model equations of C. R. Henderson,
"Best linear unbiased estimation and prediction under a selection model", Biometrics 31 (1975) 423-447. Conferences
correct their reviewers so: J. Platt and C. Burges (2012), H. Ge, M. Welling and Z. Ghahramani, "A Bayesian model for
calibrating reviewer scores" (2013); N. Lawrence tells of both in "Reviewer calibration for NIPS" (2014).

The adjusted score is the mean of a choice's scores after each reader's level is taken off. It stays on the scale of
the plain mean, and equals it where all choices were read by the same people. Readers who share no choice are compared
by assuming that each was given a fair mixture.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from peer_visits.kernel.text import Phrase, phrase

Choice = TypeVar("Choice", bound=Hashable)
Reader = TypeVar("Reader", bound=Hashable)

# As many scores as shrinkage counts for: (chance / spread of readers' levels)² and (chance / spread of merits)².
READER_SHRINKAGE = 1.0
MERIT_SHRINKAGE = 1 / 3
# Chance before anything is known, in points, and how many scores that guess weighs.
USUAL_CHANCE, WEIGHT_OF_USUAL = 9.0, 4.0
# The most choices that a second score is asked for at once.
MOST_NEAR_CUT = 10


class Reading(NamedTuple, Generic[Choice, Reader]):
    """One reader's score for one choice, 0 to 100."""

    choice: Choice
    reader: Reader
    points: float


class CalibratedScore(NamedTuple):
    """What the readings of one choice come to, in points of 100.

    `uncertainty` is the standard error of the adjusted score beside the other choices'.
    """

    raw: float
    adjusted: float
    uncertainty: float
    readings: int


@dataclass(frozen=True)
class Calibration(Generic[Choice, Reader]):
    """The scores of one visit. `levels`: by how many points each reader scores above the team's level."""

    scores: Mapping[Choice, CalibratedScore]
    levels: Mapping[Reader, float]
    matters: bool
    sentence: Phrase


def calibrate(readings: Iterable[Reading[Choice, Reader]]) -> Calibration[Choice, Reader]:
    """Raw and adjusted score of every choice that has a reading."""
    given = list(readings)
    if not given:
        return Calibration({}, {}, matters=False, sentence=_NOTHING)
    sentence, matters = _explain(given)
    scores, levels = _solve(given)
    return Calibration(scores, levels, matters, sentence)


def _solve(
    readings: Sequence[Reading[Choice, Reader]],
) -> tuple[dict[Choice, CalibratedScore], dict[Reader, float]]:
    import numpy as np

    given_choices, given_readers, given_points = zip(*readings, strict=True)
    choices = {one: at for at, one in enumerate(dict.fromkeys(given_choices))}
    readers = {one: at for at, one in enumerate(dict.fromkeys(given_readers))}
    rows = np.array([choices[one] for one in given_choices])
    columns = np.array([readers[one] for one in given_readers])
    points = np.array(given_points, dtype=float)
    who = np.zeros((len(choices), len(readers)))
    who[rows, columns] = 1
    counts, totals = who.sum(axis=1), np.bincount(rows, points)

    # Column 0 is the level of the visit. Merits are taken out of the equations: a line for each reader remains.
    known = np.column_stack((np.ones(len(readings)), np.eye(len(readers))[columns]))
    by_choice = np.column_stack((counts, who))
    shrunk = 1 / (counts + MERIT_SHRINKAGE)
    drawn = READER_SHRINKAGE * np.diag([0.0] + [1.0] * len(readers))
    inverse = np.linalg.inv(known.T @ known + drawn - by_choice.T @ (shrunk[:, None] * by_choice))
    solved = inverse @ (known.T @ points - by_choice.T @ (shrunk * totals))
    levels = solved[1:]
    merits = shrunk * (totals - by_choice @ solved)

    # The variance of chance, as restricted maximum likelihood has it, with a guess that counts as a few scores.
    left = points - known @ solved - merits[rows]
    squares = left @ left + MERIT_SHRINKAGE * merits @ merits + READER_SHRINKAGE * levels @ levels
    guess = WEIGHT_OF_USUAL * USUAL_CHANCE**2
    variance = (guess + squares) / (WEIGHT_OF_USUAL + len(readings) - 1)

    shares = who / counts[:, None]
    apart = shares - shares.mean(axis=0)  # what all choices have in common moves none past another
    errors = np.sqrt(variance * (1 / counts + ((apart @ inverse[1:, 1:]) * apart).sum(axis=1)))
    raw, adjusted = totals / counts, totals / counts - shares @ levels
    figures = zip(raw.tolist(), adjusted.tolist(), errors.tolist(), counts.astype(int).tolist(), strict=True)
    scores = dict(zip(choices, map(CalibratedScore._make, figures), strict=True))
    return scores, dict(zip(readers, levels.tolist(), strict=True))


_NOTHING = phrase("Nothing is scored yet.")
_ONE_READER = phrase(
    "One reader scored this whole visit: strict or mild, it is the same for everyone; the correction changes no place."
)
_SAME_READERS = phrase(
    "Every application was scored by the same readers: the correction changes no place, and both scores are the same."
)
_SHARED = phrase(
    "The adjusted score takes off how much stricter or milder each reader is than the others, as far as scores show it."
)
_APART = phrase(
    "The adjusted score takes off how much stricter or milder each reader is; some readers share no application, "
    "so it supposes that each was given a fair mixture."
)


def _explain(readings: Sequence[Reading[Choice, Reader]]) -> tuple[Phrase, bool]:
    """One sentence for whoever reads the scores, and whether the correction can change an order at all."""
    readers_of: dict[Choice, set[Reader]] = {}
    for choice, reader, _points in readings:
        readers_of.setdefault(choice, set()).add(reader)
    panels = set(map(frozenset, readers_of.values()))
    if len(panels) > 1:
        return (_SHARED if _is_connected(panels) else _APART), True
    return (_ONE_READER if len(panels.pop()) == 1 else _SAME_READERS), False


def _is_connected(panels: Iterable[frozenset[Reader]]) -> bool:
    """Whether every reader is tied to every other by choices that two have scored."""
    islands: list[set[Reader]] = []
    for panel in panels:
        touched = [island for island in islands if island & panel]
        islands = [island for island in islands if not island & panel]
        islands.append(set(panel).union(*touched))
    return len(islands) == 1


def near_the_cut(
    scores: Mapping[Choice, CalibratedScore], places: int, *, adjusted: bool, most: int = MOST_NEAR_CUT
) -> list[Choice]:
    """Choices that one more score could move across the last place: read once, and near it; the nearest first.

    A second score says more about them than any correction does. Nobody where all who are scored fit in.
    """
    by_choice = {choice: one.adjusted if adjusted else one.raw for choice, one in scores.items()}
    if len(by_choice) <= places:
        return []
    ordered = sorted(by_choice.values(), reverse=True)
    cut = (ordered[max(places, 1) - 1] + ordered[places]) / 2
    away = {choice: abs(points - cut) for choice, points in by_choice.items()}
    close = [one for one in away if scores[one].readings == 1 and away[one] <= scores[one].uncertainty]
    return sorted(close, key=lambda one: away[one])[:most]

"""Rules, levels and states of a run in words."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from peer_visits.allocation.settings import Aim, Force, Hand, Points, RuleName
from peer_visits.web.formats import number

RULES: dict[str, Any] = {
    RuleName.COUNTRY: _l("From one country"),
    RuleName.ORGANISATION: _l("From one organisation"),
    RuleName.HOST_COUNTRY: _l("From the host's own country"),
    RuleName.NEWCOMERS: _l("Newcomers"),
    RuleName.LOCAL: _l("Local authorities"),
    RuleName.REGIONAL: _l("Regional authorities"),
    RuleName.NATIONAL: _l("National authorities"),
    RuleName.CIVIL: _l("Civil society"),
    RuleName.OTHER: _l("Other organisations"),
}
FORCES = {
    Force.HARD: _l("must hold"),
    Force.SOFT: _l("is tried for"),
    Force.OFF: _l("off"),
}
POINTS = {
    Points.ORDER: _l("The host's order: the first of it has 100 points, the second 99, and so on"),
    Points.RAW: _l("The mean of the readers' scores"),
    Points.ADJUSTED: _l("The mean of the readers' scores, corrected for strict and mild readers"),
}
AIMS = {
    Aim.UTILITY: _l("Points, with a bonus for what people wish for most (recommended)"),
    Aim.SCORE: _l("Points alone, wishes only between equals"),
    Aim.RANK: _l("Wishes first, points only between equals"),
}
HANDS = {
    Hand.PIN: _l("Give the place"),
    Hand.EXCLUDE: _l("Keep out"),
    Hand.ADMIT: _l("Let take part, though the host did not propose them"),
}
HANDS_DONE = {
    Hand.PIN: _l("gets the place by hand"),
    Hand.EXCLUDE: _l("is kept out by hand"),
    Hand.ADMIT: _l("takes part by hand"),
}
LEVELS = {
    "filled": _l("Places filled"),
    "soft": _l("Missed by rules that are tried for (weighted)"),
    "worst_shortfall": _l("Most empty places in one visit"),
    "score": _l("Points"),
    "utility": _l("Points with the bonus for wishes"),
    "rank": _l("Sum of the wishes' ranks"),
    "lottery": _l("Lottery"),
    "prices": _l("What the rules cost"),
}


def rule_words(rule: str) -> str:
    """The name of a rule, whatever was added to it for one visit."""
    return str(RULES.get(rule_name(rule), rule))


def rule_name(rule: str) -> str:
    """The rule a rule of the instance was made from."""
    known = [name.value for name in RuleName if rule == name or rule.startswith(f"{name}-")]
    return max(known, key=len, default=rule)


def rule_sentence(rule: str, bound: int) -> str:
    """A rule in a sentence."""
    name = rule_name(rule)
    if name == RuleName.COUNTRY:
        return str(_("at most %(bound)s from one country", bound=bound))
    if name == RuleName.ORGANISATION:
        return str(_("at most %(bound)s from one organisation", bound=bound))
    if name == RuleName.HOST_COUNTRY:
        return str(_("at most %(bound)s from the host's own country", bound=bound))
    if name == RuleName.NEWCOMERS:
        return str(ngettext("at least %(num)s newcomer", "at least %(num)s newcomers", bound))
    return str(_("at least %(bound)s from %(kind)s", bound=bound, kind=str(rule_words(rule)).lower()))


def level_words(level: str) -> str:
    """The name of a level; draws that part equal answers have numbers of their own."""
    base, _sign, draw = level.partition("#")
    words = str(LEVELS.get(base, base))
    return f"{words} {draw}" if draw else words


def gap_words(level: dict[str, Any]) -> str:
    """How far a level may be from the best, in a few words."""
    if level["proven"]:
        return str(_("proven best"))
    if level["gap"] is None:
        return str(_("best known; nothing proven"))
    percent = max(0.1, round(100 * level["gap"], 1))
    return str(_("best known, at most %(percent)s %% better is possible", percent=number(percent)))


def structural_words(name: str) -> tuple[str, str]:
    """A rule of a conflict that no organiser sets: what it is, and the visit or visits it is about."""
    for start, words in (
        ("capacity@", _l("the number of places")),
        ("clash:", _l("these visits overlap")),
        ("pin:", _l("a place given by hand")),
    ):
        if name.startswith(start):
            return str(words), name.removeprefix(start).rpartition("@")[2]
    return str(_("the number of places one person may get")), ""

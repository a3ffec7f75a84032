"""The kinds of question, whom their answers are for, and what they are asked about."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What kind of answer a question takes."""

    SHORT = "short"
    LONG = "long"
    ONE = "one"
    MANY = "many"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    CONSENT = "consent"
    COUNTRY = "country"
    LEVEL = "level"
    LINK = "link"
    FILE = "file"


class AskedOf(StrEnum):
    """Asked once for the application, or again for each chosen visit."""

    APPLICATION = "application"
    CHOICE = "choice"


class Audience(StrEnum):
    """Who reads the answers."""

    ORGANISER = "organiser"
    HOSTS = "hosts"
    HOSTS_UNLESS_BLIND = "hosts_unless_blind"


class Unit(StrEnum):
    """What the limit of a text counts."""

    CHARACTERS = "characters"
    WORDS = "words"


YES, NO = "yes", "no"
TEXTS = frozenset({Kind.SHORT, Kind.LONG})
WITH_OPTIONS = frozenset({Kind.ONE, Kind.MANY})
# Kinds whose answer is one of few values: only these can decide whether another question is shown.
DECIDING = frozenset({Kind.ONE, Kind.MANY, Kind.YES_NO, Kind.CONSENT, Kind.LEVEL})
# The Common European Framework of Reference for Languages, Council of Europe 2001, and what lies around it.
LEVELS = ("none", "A1", "A2", "B1", "B2", "C1", "C2", "native")

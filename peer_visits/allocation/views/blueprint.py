"""The blueprint of the pages about allocation runs, and their words for templates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from peer_visits.allocation import run_words
from peer_visits.allocation.pages import progress_words

blueprint = Blueprint("allocation", __name__)


@blueprint.app_template_global()
def run_word(kind: str, *values: Any) -> Any:
    """Words of this room for templates."""
    words: dict[str, Callable[..., Any]] = {
        "rule": run_words.rule_words,
        "sentence": run_words.rule_sentence,
        "level": run_words.level_words,
        "gap": run_words.gap_words,
        "points": lambda value: run_words.POINTS[value],
        "aim": lambda value: run_words.AIMS[value],
        "hand": lambda value: run_words.HANDS_DONE[value],
        "progress": progress_words,
    }
    return words[kind](*values)

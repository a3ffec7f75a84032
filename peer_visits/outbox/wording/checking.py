"""What is wrong with words that somebody wrote, said beside the field where it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence

from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.wording.compiling import PLACEHOLDER, Chunk, compile_body, link_targets
from peer_visits.outbox.wording.definition import Form, Slot, Wording, Words
from peer_visits.outbox.wording.slots import EVERYWHERE

_OUTSIDE = re.compile(r"(https?://|mailto:)\S+")


def subject_problem(wording: Wording, words: Words) -> Phrase | None:
    """What is wrong with the subject, if anything."""
    slots = _slots(wording)
    names = PLACEHOLDER.findall(words.subject)
    unknown = [name for name in names if name not in slots]
    if unknown:
        return _unknown(unknown)
    wrong = [name for name in names if slots[name].form is not Form.TEXT]
    if wrong:
        return phrase("A subject is one line of words: take out %(names)s.", names=_listed(wrong))
    return None


def body_problem(wording: Wording, words: Words) -> Phrase | None:
    """What is wrong with the text, if anything; the worst first."""
    slots = _slots(wording)
    chunks = compile_body(words.body)
    used = {name for chunk in chunks for name in chunk.names}
    unknown = sorted(used - set(slots))
    if unknown:
        return _unknown(unknown)
    targets = link_targets(words.body)
    said = {name for chunk in chunks for name in PLACEHOLDER.findall(chunk.html)}
    return (
        _wrong_target(targets, slots)
        or _misplaced_link(said, slots)
        or _misplaced_block(chunks, slots)
        or _missing(wording, used)
    )


def _slots(wording: Wording) -> dict[str, Slot]:
    return {slot.name: slot for slot in (*EVERYWHERE, *wording.slots)}


def _wrong_target(targets: list[str], slots: dict[str, Slot]) -> Phrase | None:
    def is_fine(target: str) -> bool:
        found = PLACEHOLDER.fullmatch(target)
        if found:
            return slots[found[1]].form is Form.LINK
        return not PLACEHOLDER.search(target) and _OUTSIDE.fullmatch(target) is not None

    wrong = [target for target in targets if not is_fine(target)]
    if not wrong:
        return None
    return phrase(
        "A link leads to a placeholder for links or to a full address with https:// or mailto:, not to %(targets)s.",
        targets=", ".join(wrong),
    )


def _misplaced_link(said: set[str], slots: dict[str, Slot]) -> Phrase | None:
    bare = sorted(name for name in said if slots[name].form is Form.LINK)
    if not bare:
        return None
    return phrase(
        "Write what a link should be called: [Read more](%(first)s), not %(names)s alone.",
        first=f"{{{bare[0]}}}",
        names=_listed(bare),
    )


def _misplaced_block(chunks: Sequence[Chunk], slots: dict[str, Slot]) -> Phrase | None:
    inside = sorted(
        name for one in chunks for name in one.names if slots[name].form is Form.BLOCK and name != one.block
    )
    if not inside:
        return None
    return phrase("Put %(names)s on a line of its own, with empty lines around it.", names=_listed(inside))


def _missing(wording: Wording, used: set[str]) -> Phrase | None:
    missing = [slot.name for slot in wording.slots if slot.needed and slot.name not in used]
    if not missing:
        return None
    return phrase("Without %(names)s this mail is worth nothing: put it in.", names=_listed(missing))


def _unknown(names: list[str]) -> Phrase:
    return phrase("This mail has no placeholder %(names)s. Choose from the list.", names=_listed(names))


def _listed(names: list[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)

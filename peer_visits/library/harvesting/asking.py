"""What is asked: the verb with its arguments, judged by the protocol."""

from __future__ import annotations

from collections.abc import Sequence

PREFIX = "oai_dc"
_SELECTING = frozenset({"metadataPrefix", "from", "until", "set", "resumptionToken"})
# The arguments each verb may have.
_ALLOWED = {
    "Identify": frozenset[str](),
    "ListSets": frozenset({"resumptionToken"}),
    "ListMetadataFormats": frozenset({"identifier"}),
    "GetRecord": frozenset({"identifier", "metadataPrefix"}),
    "ListIdentifiers": _SELECTING,
    "ListRecords": _SELECTING,
}


class OaiError(Exception):
    """What is wrong with a request, by the protocol's own code."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


def judge(arguments: Sequence[tuple[str, str]]) -> tuple[str, dict[str, str]]:
    """The verb and its arguments, each of them once and allowed. Raises OaiError."""
    verbs = [value for name, value in arguments if name == "verb"]
    if len(verbs) != 1 or verbs[0] not in _ALLOWED:
        raise OaiError("badVerb", "There has to be one verb, and one of the six of the protocol.")
    rest = [(name, value) for name, value in arguments if name != "verb"]
    asked = dict(rest)
    if len(asked) != len(rest):
        raise OaiError("badArgument", "An argument stands there twice.")
    if not asked.keys() <= _ALLOWED[verbs[0]]:
        raise OaiError("badArgument", f"{verbs[0]} does not know one of the arguments.")
    if "resumptionToken" in asked and len(asked) > 1:
        raise OaiError("badArgument", "A resumptionToken stands alone.")
    return verbs[0], asked


def check_prefix(prefix: str) -> None:
    """Refuse a format there is none of. Raises OaiError."""
    if prefix != PREFIX:
        raise OaiError("cannotDisseminateFormat", f"The only format is {PREFIX}.")

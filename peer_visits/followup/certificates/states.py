"""States of a certificate."""

from __future__ import annotations

from enum import StrEnum

from peer_visits.kernel.states import StateTable
from peer_visits.kernel.text import phrase


class CertificateState(StrEnum):
    """Whether a certificate counts."""

    ISSUED = "issued"
    WITHDRAWN = "withdrawn"


class CertificateCommand(StrEnum):
    """A certificate can only be withdrawn; a mended one is a new one with a code of its own."""

    WITHDRAW = "withdraw"


CERTIFICATE = StateTable(
    steps={(CertificateState.ISSUED, CertificateCommand.WITHDRAW): CertificateState.WITHDRAWN},
    refusals={CertificateCommand.WITHDRAW: phrase("This certificate has been withdrawn already.")},
)

"""When the mails about certificates are no longer true."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.followup.certificates.models import Certificate
from peer_visits.followup.certificates.states import CertificateState
from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.models import Message
from peer_visits.outbox.reasons import Reason

_STATES = {
    "certificate.ready": CertificateState.ISSUED,
    "certificate.withdrawn": CertificateState.WITHDRAWN,
}


def _gone(session: Session, message: Message, _now: datetime) -> Phrase | None:
    certificate = session.get(Certificate, message.about_id)
    if certificate is None or certificate.state is not _STATES[message.kind]:
        return phrase("The certificate is no longer in the state this mail tells of.")
    return None


REASONS = {kind: Reason(_gone) for kind in _STATES}

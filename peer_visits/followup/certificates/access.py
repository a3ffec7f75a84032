"""Fetch a certificate: by its code for everybody, by its visit for whoever looks after that."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from peer_visits.followup.certificates.codes import as_code
from peer_visits.followup.certificates.models import Certificate
from peer_visits.followup.certificates.queries import find_by_code, find_of_visit
from peer_visits.followup.certificates.states import CertificateState
from peer_visits.kernel.errors import NotFound, must_exist
from peer_visits.visits.models import Visit


def get_counting_certificate(session: Session, code: str) -> Certificate:
    """The certificate of this code. Raises NotFound for a withdrawn one."""
    found = find_by_code(session, as_code(code))
    if found is None or found.state is not CertificateState.ISSUED:
        raise NotFound
    return found


def get_certificate_of_visit(session: Session, visit: Visit, certificate_id: uuid.UUID) -> Certificate:
    """A certificate of this visit. Raises NotFound for any other visit's."""
    return must_exist(find_of_visit(session, visit, certificate_id))

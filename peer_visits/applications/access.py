"""Fetch an application and prove that it is this person's."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Attachment
from peer_visits.applications.queries import with_everything
from peer_visits.kernel.errors import must_exist


def get_application_for_applicant(session: Session, person: Person, application_id: uuid.UUID) -> Application:
    """An application this person wrote, with its call and choices. Raises NotFound."""
    query = select(Application).where(Application.id == application_id, Application.person_id == person.id)
    return must_exist(session.scalars(with_everything(query)).unique().one_or_none())


def get_attachment_for_applicant(session: Session, person: Person, attachment_id: uuid.UUID) -> Attachment:
    """A file this person gave with an application. Raises NotFound."""
    query = (
        select(Attachment)
        .join(Application, Application.id == Attachment.application_id)
        .where(Attachment.id == attachment_id, Application.person_id == person.id)
    )
    return must_exist(session.scalars(query).unique().one_or_none())


def get_attachment(session: Session, application: Application, attachment_id: uuid.UUID) -> Attachment:
    """A file of an application that was granted already. Raises NotFound for any other's."""
    query = select(Attachment).where(
        Attachment.id == attachment_id, Attachment.application_id == application.id
    )
    return must_exist(session.scalars(query).unique().one_or_none())

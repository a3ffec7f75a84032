"""Fetch the survey of a visit somebody organises."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from peer_visits.accounts.models import Person
from peer_visits.followup.survey.models import Survey
from peer_visits.kernel.errors import must_exist
from peer_visits.visits.access import get_visit_for_organiser


def get_survey_for_organiser(session: Session, person: Person, slug: str) -> Survey:
    """The survey of a visit this person organises. Raises NotFound, also before it is opened."""
    visit = get_visit_for_organiser(session, person, slug)
    query = select(Survey).where(Survey.visit_id == visit.id).options(joinedload(Survey.visit))
    return must_exist(session.scalars(query).unique().one_or_none())

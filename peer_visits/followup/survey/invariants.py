"""What must always hold of surveys."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peer_visits.followup.survey.models import SurveySide, SurveyTally


def find_broken(session: Session) -> list[str]:
    """One sentence for each question whose counts are not the number of answers."""
    counted = func.sum(SurveyTally.number)
    rows = session.execute(
        select(SurveyTally.survey_id, SurveyTally.side, SurveyTally.question, counted, SurveySide.answered)
        .join(
            SurveySide,
            (SurveySide.survey_id == SurveyTally.survey_id) & (SurveySide.side == SurveyTally.side),
        )
        .group_by(SurveyTally.survey_id, SurveyTally.side, SurveyTally.question, SurveySide.answered)
        .having(counted != SurveySide.answered)
    )
    return [
        f"survey {survey_id}: {number} answers to {question} of {side}, not {answered}"
        for survey_id, side, question, number, answered in rows
    ]

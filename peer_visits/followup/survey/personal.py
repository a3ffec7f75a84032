"""What surveys hold about people: who is asked, while a survey is open. Answers tell nobody."""

from __future__ import annotations

from peer_visits.followup.survey.models import Survey, SurveyRemark, SurveySide, SurveyTally, SurveyTicket
from peer_visits.kernel.text import phrase
from peer_visits.storage.personal import Field, Holding, Mention

HOLDINGS = (
    Holding(
        SurveyTicket,
        phrase("Surveys you are asked to answer"),
        lambda whose: SurveyTicket.person_id == whose.person_id,
        (
            Field(
                phrase("Whether you have answered; never what"),
                phrase("So that everybody answers once, and nobody is reminded who has."),
                ("survey_id", "side", "is_answered"),
            ),
        ),
        phrase("Until the survey closes."),
        through=("person_id",),
    ),
)
MENTIONS = (Mention(SurveyRemark, ("words",)),)
NOBODY = frozenset(
    {Survey.__tablename__, SurveySide.__tablename__, SurveyTally.__tablename__, SurveyRemark.__tablename__}
)

"""What must always hold of applications, beyond what the database refuses by itself."""

from __future__ import annotations

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from peer_visits.applications.models import Application, Choice
from peer_visits.applications.states import ApplicationState
from peer_visits.calls.models import Call
from peer_visits.visits.models import Visit


def find_broken(session: Session) -> list[str]:
    """One sentence for each application that breaks a rule."""
    return [
        f"application {identity}: {problem}"
        for problem, query in _PROBLEMS.items()
        for identity in session.scalars(query)
    ]


def _choices_of_another_call() -> Select[object]:
    return (
        select(Choice.application_id)
        .join(Application, Application.id == Choice.application_id)
        .join(Visit, Visit.id == Choice.visit_id)
        .where(Visit.call_id != Application.call_id)
    )


def _too_many_choices() -> Select[object]:
    return (
        select(Choice.application_id)
        .join(Application, Application.id == Choice.application_id)
        .join(Call, Call.id == Application.call_id)
        .group_by(Choice.application_id, Call.max_choices)
        .having(func.count() > Call.max_choices)
    )


def _ranks_with_gaps() -> Select[object]:
    return (
        select(Choice.application_id)
        .group_by(Choice.application_id)
        .having((func.min(Choice.rank) != 1) | (func.max(Choice.rank) != func.count(Choice.rank.distinct())))
    )


def _sent_without_choice() -> Select[object]:
    chosen = select(Choice.id).where(Choice.application_id == Application.id).exists()
    return select(Application.id).where(Application.state == ApplicationState.SUBMITTED, ~chosen)


def _wrongly_marked() -> Select[object]:
    is_sent = Application.state == ApplicationState.SUBMITTED
    return (
        select(Choice.application_id)
        .join(Application, Application.id == Choice.application_id)
        .where(Choice.is_sent != is_sent)
        .distinct()
    )


_PROBLEMS = {
    "a choice is marked as sent and its application is not, or the other way round": _wrongly_marked(),
    "a choice belongs to another call": _choices_of_another_call(),
    "more choices than the call allows": _too_many_choices(),
    "its ranks do not run 1, 2, 3": _ranks_with_gaps(),
    "sent without a choice": _sent_without_choice(),
}

"""A call is used again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.calls.models import Call, Criterion, Programme
from peer_visits.calls.steps import log_call
from peer_visits.editor.rules import make_slug
from peer_visits.editor.services.criteria import list_criteria
from peer_visits.editor.services.settings import new_call
from peer_visits.kernel.ids import new_id
from peer_visits.questions.definition import Condition, read_definition
from peer_visits.questions.models import Question, Section
from peer_visits.questions.queries import list_questions, list_sections
from peer_visits.shortlist.models import Shortlist
from peer_visits.visits.models import Visit
from peer_visits.visits.queries import list_visits_of_call

# What a clone takes over as it is: every setting but its title and its days.
CLONED = (
    "summary",
    "welcome",
    "privacy",
    "languages",
    "zone",
    "max_choices",
    "places_per_person",
    "answer_days",
    "moves_deadlines",
    "grace_minutes",
    "promotion_stops_days",
    "upgrade_chain",
    "eligible_countries",
    "eligible_kinds",
    "most_per_country",
    "most_per_organisation",
    "asks_substitute",
    "blind",
    "score_order",
)
# And of a visit, all that is said but its days.
CLONED_OF_VISIT = (
    "host_name",
    "host_kind",
    "place",
    "country",
    "called_title",
    "topic",
    "about",
    "format",
    "zone",
    "capacity",
    "language",
)


def clone_call(
    session: Session, *, actor: Person, now: datetime, call: Call, title: str, with_visits: bool
) -> Call:
    """A new draft like an earlier call: settings, criteria, questions, and its visits if wanted."""
    programme = session.get_one(Programme, call.programme_id)
    clone = new_call(session, now, programme, title, call.zone)
    for name in CLONED:
        setattr(clone, name, getattr(call, name))
    clone.cloned_from_id = call.id
    session.add(clone)
    session.flush()
    for one in list_criteria(session, call):
        session.add(
            Criterion(
                call_id=clone.id,
                position=one.position,
                titles=one.titles,
                helps=one.helps,
                anchors=one.anchors,
                weight=one.weight,
                maximum=one.maximum,
            )
        )
    _clone_questions(session, call, clone)
    if with_visits:
        _clone_visits(session, now, call, clone)
    session.flush()
    log_call(session, actor, now, clone, "call.cloned", source=call.slug)
    return clone


def _clone_questions(session: Session, call: Call, clone: Call) -> None:
    sections = {one.id: new_id() for one in list_sections(session, call.id)}
    for section in list_sections(session, call.id):
        session.add(
            Section(
                id=sections[section.id],
                call_id=clone.id,
                position=section.position,
                titles=section.titles,
                intros=section.intros,
            )
        )
    session.flush()
    questions = list_questions(session, call.id)
    ids = {one.id: new_id() for one in questions}
    for question in questions:
        session.add(
            Question(
                id=ids[question.id],
                call_id=clone.id,
                section_id=sections[question.section_id],
                position=question.position,
                definition=_with_new_ids(question, ids),
                origin_id=question.origin_id or question.id,
            )
        )


def _with_new_ids(question: Question, ids: Mapping[uuid.UUID, uuid.UUID]) -> dict[str, Any]:
    definition = read_definition(question.definition)
    condition = definition.condition
    if condition:
        # The question it hangs on may be asked no longer: then everybody is asked.
        source = ids.get(condition.question)
        definition = replace(definition, condition=Condition(source, condition.values) if source else None)
    return definition.to_json()


def _clone_visits(session: Session, now: datetime, call: Call, clone: Call) -> None:
    taken = set(session.scalars(select(Visit.slug)))
    for visit in list_visits_of_call(session, call.id):
        slug = make_slug(f"{visit.place} {now.year}", taken)
        taken.add(slug)
        copy = Visit(
            id=new_id(),
            call_id=clone.id,
            slug=slug,
            position=visit.position,
            **{name: getattr(visit, name) for name in CLONED_OF_VISIT},
        )
        session.add(copy)
        session.flush()
        session.add(Shortlist(visit_id=copy.id))

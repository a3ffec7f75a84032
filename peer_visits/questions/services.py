"""What an organiser does with the questions of a call: add, change, put in order, take away."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.audit.services import record
from peer_visits.calls.models import Call
from peer_visits.calls.states import CallState
from peer_visits.calls.steps import log_call
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import in_language, phrase
from peer_visits.questions.building import MOST_QUESTIONS, dependents, order_problem
from peer_visits.questions.definition import Asked, Definition, read_definition
from peer_visits.questions.models import Question, QuestionWording, Section
from peer_visits.questions.queries import as_asked, list_questions, list_sections
from peer_visits.storage.steps import update_one


def add_section(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    call: Call,
    titles: Mapping[str, str],
    intros: Mapping[str, str],
) -> Section:
    """A new section at the end."""
    _check_changeable(call)
    last = session.scalar(select(func.max(Section.position)).where(Section.call_id == call.id)) or 0
    section = Section(
        id=new_id(), call_id=call.id, position=last + 1, titles=dict(titles), intros=dict(intros)
    )
    session.add(section)
    session.flush()
    log_call(session, actor, now, call, "section.added", subject=section)
    return section


def change_section(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    section: Section,
    version: int,
    titles: Mapping[str, str],
    intros: Mapping[str, str],
) -> None:
    """Other words for a section. Raises Stale."""
    call = session.get_one(Call, section.call_id)
    _check_changeable(call)
    update_one(
        session,
        Section,
        Section.id == section.id,
        Section.version == version,
        version=version + 1,
        titles=dict(titles),
        intros=dict(intros),
    )
    log_call(session, actor, now, call, "section.changed", subject=section)


def remove_section(session: Session, *, actor: Person, now: datetime, section: Section) -> None:
    """Take an empty section away. Raises Refused while a question stands in it or stood in it."""
    call = session.get_one(Call, section.call_id)
    _check_changeable(call)
    if session.scalar(select(func.count()).where(Question.section_id == section.id)):
        raise Refused(phrase("Only an empty section can be removed. Move its questions first."))
    log_call(session, actor, now, call, "section.removed", subject=section)
    session.delete(section)


def add_question(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    call: Call,
    section_id: uuid.UUID,
    definition: Definition,
) -> Question:
    """A new question at the end of a section."""
    _check_changeable(call)
    _check_section(session, call, section_id)
    before = list_questions(session, call.id)
    if len(before) >= MOST_QUESTIONS:
        raise Refused(phrase("A call asks at most %(n)s questions.", n=MOST_QUESTIONS))
    question = Question(
        id=new_id(),
        call_id=call.id,
        section_id=section_id,
        position=_next_position(session, section_id),
        definition=definition.to_json(),
    )
    session.add(question)
    session.flush()
    _check_order(session, call)
    log_call(session, actor, now, call, "question.added", subject=question, kind=definition.kind)
    return question


def change_question(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    question: Question,
    version: int,
    section_id: uuid.UUID,
    definition: Definition,
) -> None:
    """Put a question differently. Once the call is public, answers given before keep the words they answered."""
    call = session.get_one(Call, question.call_id)
    _check_changeable(call)
    _check_section(session, call, section_id)
    before = read_definition(question.definition)
    if call.state is not CallState.DRAFT and (
        before.kind is not definition.kind or before.asked_of is not definition.asked_of
    ):
        raise Refused(
            phrase("The call is public: add a new question instead of turning this one into another.")
        )
    number = question.number
    if call.state is not CallState.DRAFT and before != definition:
        session.add(
            QuestionWording(
                question_id=question.id,
                number=number,
                definition=question.definition,
                replaced_at=now,
            )
        )
        number += 1
    position = question.position if section_id == question.section_id else _next_position(session, section_id)
    update_one(
        session,
        Question,
        Question.id == question.id,
        Question.version == version,
        version=version + 1,
        number=number,
        section_id=section_id,
        position=position,
        definition=definition.to_json(),
    )
    _check_order(session, call)
    log_call(session, actor, now, call, "question.changed", subject=question, kind=definition.kind)


def remove_question(session: Session, *, actor: Person, now: datetime, question: Question) -> None:
    """Ask it no longer. Of a public call the question stays for the answers it got."""
    call = session.get_one(Call, question.call_id)
    _check_changeable(call)
    hanging = dependents(question.id, [as_asked(one) for one in list_questions(session, call.id)])
    if hanging:
        names = ", ".join(in_language(one.definition.labels, "en") for one in hanging)
        raise Refused(phrase("Other questions depend on its answer: %(names)s.", names=names))
    log_call(session, actor, now, call, "question.removed", subject=question)
    if call.state is CallState.DRAFT:
        session.delete(question)
    else:
        question.retired_at = now


def put_in_order(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    call: Call,
    order: Sequence[tuple[uuid.UUID, Sequence[uuid.UUID]]],
) -> None:
    """Sections and their questions in this order. Raises Stale if the form has others by now."""
    _check_changeable(call)
    sections = {one.id: one for one in list_sections(session, call.id)}
    questions = {one.id: one for one in list_questions(session, call.id)}
    named = [one for _section, inside in order for one in inside]
    if sorted(one for one, _inside in order) != sorted(sections) or sorted(named) != sorted(questions):
        raise Stale
    for at, (section_id, inside) in enumerate(order, start=1):
        sections[section_id].position = at
        for position, question_id in enumerate(inside, start=1):
            question = questions[question_id]
            question.section_id, question.position = section_id, position
    session.flush()
    _check_order(session, call)
    record(
        session,
        actor=actor,
        now=now,
        action="questions.ordered",
        subject=call,
        programme_id=call.programme_id,
    )


def _next_position(session: Session, section_id: uuid.UUID) -> int:
    return (
        session.scalar(select(func.max(Question.position)).where(Question.section_id == section_id)) or 0
    ) + 1


def _check_changeable(call: Call) -> None:
    if call.state is CallState.ARCHIVED or call.decided_at:
        raise Refused(phrase("The call has been decided; its questions stay as they were."))


def _check_section(session: Session, call: Call, section_id: uuid.UUID) -> None:
    if section_id not in {one.id for one in list_sections(session, call.id)}:
        raise Refused(phrase("Choose a section."), field="section")


def _check_order(session: Session, call: Call) -> None:
    questions: list[Asked] = [as_asked(one) for one in list_questions(session, call.id)]
    problem = order_problem(questions)
    if problem:
        raise Refused(problem)

"""The sessions in which everybody splits up into groups, and the question how."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.breaking_out import Wish, make_question
from peer_visits.agenda.mixing import Instance
from peer_visits.agenda.mixing import Person as Mixed
from peer_visits.agenda.mixing.reading import MOST_PEOPLE, MOST_ROUNDS
from peer_visits.agenda.models import AgendaSession
from peer_visits.agenda.queries.sessions import list_sessions
from peer_visits.agenda.states import SessionKind
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.places.queries import list_participants
from peer_visits.visits.models import Visit


@dataclass(frozen=True)
class GroupsQuestion:
    """Who is to be mixed how, and the sessions that are the rounds, in their order."""

    instance: Instance
    sessions: Sequence[uuid.UUID]


def list_breakout_sessions(session: Session, visit_id: uuid.UUID) -> Sequence[AgendaSession]:
    """In the order of time, those without one last."""
    return [one for one in list_sessions(session, visit_id) if one.kind is SessionKind.BREAKOUT]


def question_of_groups(session: Session, visit: Visit, wish: Wish) -> GroupsQuestion:
    """The question as things stand. Raises Refused where it cannot be answered."""
    sessions = [one.id for one in list_breakout_sessions(session, visit.id)]
    people = [place.person for place in list_participants(session, visit.id)]
    if not sessions or not people:
        raise Refused(phrase("There is nobody to mix yet."))
    if len(people) > MOST_PEOPLE or len(sessions) > MOST_ROUNDS:
        raise Refused(phrase("There are too many people or sessions to mix at once."))
    instance = make_question(as_mixed(people), [str(one) for one in sessions], wish)
    return GroupsQuestion(instance, sessions)


def as_mixed(people: Iterable[Person]) -> list[Mixed]:
    """People as far as it matters for who meets whom."""
    return [
        Mixed(str(one.id), one.country, one.organisation_kind.value if one.organisation_kind else None)
        for one in people
    ]

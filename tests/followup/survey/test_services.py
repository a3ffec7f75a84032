"""Opening, answering and closing: one answer each, none with a person, nothing shown of fewer than five."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.audit.models import AuditLine
from peer_visits.followup.survey.invariants import find_broken
from peer_visits.followup.survey.models import Survey, SurveyRemark, SurveySide, SurveyTally, SurveyTicket
from peer_visits.followup.survey.queries import find_ticket, read_programme, read_results
from peer_visits.followup.survey.rules import OPEN_FOR, Question, Remark, Side
from peer_visits.followup.survey.services import answer_survey, open_survey, set_closing
from peer_visits.followup.survey.sweeps import close_due_surveys, mail_surveys, open_due_surveys
from peer_visits.kernel.errors import Refused
from peer_visits.outbox.models import Message
from peer_visits.outbox.reasons import tend, why_gone
from peer_visits.outbox.states import MessageState
from peer_visits.places.reminders import morning
from peer_visits.places.states import PlaceKind
from peer_visits.storage.transaction import db, reading, writing
from peer_visits.visits.models import HostMember
from peer_visits.visits.states import HostRole
from tests.followup.survey.answers import all_of, answer, close, make_survey, tickets
from tests.support.factories import NOW, make_person
from tests.support.followup_factories import ENDS, make_ended_visit
from tests.support.statements import counting

HOUR = timedelta(hours=1)


def test_guests_and_the_hosts_team_are_asked_and_nobody_who_stayed_away(session: Session) -> None:
    came = {"Ann": (1,), "Ben": (1, 3), "Cat": (), "Dee": (1,), "Eve": (1,)}
    kinds = {"Dee": PlaceKind.SPEAKER, "Eve": PlaceKind.FELLOW_HOST}
    ended = make_ended_visit(session, came, team=2, kinds=kinds)
    expert = make_person(session, "An Expert")
    session.add(HostMember(visit_id=ended.visit.id, person_id=expert.id, role=HostRole.EXPERT))
    session.flush()
    survey = open_survey(session, actor=None, now=NOW, visit=ended.visit)
    query = select(Person.name, SurveyTicket.side).join(SurveyTicket, SurveyTicket.person_id == Person.id)
    asked = {one.name: one.side for one in session.execute(query)}
    assert {name for name, side in asked.items() if side is Side.GUEST} == {"Ann", "Ben", "Eve"}
    assert sum(side is Side.HOST for side in asked.values()) == 2
    found = read_results(session, ended.visit.id)
    assert found is not None
    assert {side: one.invited for side, one in found.sides.items()} == {Side.GUEST: 3, Side.HOST: 2}
    assert survey.closes_at == NOW + OPEN_FOR
    with pytest.raises(Refused, match="opened already"):
        open_survey(session, actor=None, now=NOW, visit=ended.visit)


def test_nobody_to_ask(session: Session) -> None:
    ended = make_ended_visit(session, {"Cat": ()})
    with pytest.raises(Refused, match="Nobody took part"):
        open_survey(session, actor=None, now=NOW, visit=ended.visit)


def test_everybody_answers_once(session: Session) -> None:
    _ended, survey = make_survey(session, 2, [4])
    first, _second = tickets(session, survey, Side.GUEST)
    with pytest.raises(Refused, match="answered already"):
        answer(session, first, 5)
    counted = session.execute(
        select(SurveyTally.value, SurveyTally.number).where(
            SurveyTally.side == Side.GUEST, SurveyTally.question == Question.GROUP, SurveyTally.number > 0
        )
    ).all()
    assert [tuple(one) for one in counted] == [(4, 1)]
    assert session.get_one(SurveySide, (survey.id, Side.GUEST)).answered == 1


def test_the_check_finds_counts_that_do_not_add_up(session: Session) -> None:
    _ended, survey = make_survey(session, 2, [4, 5])
    assert find_broken(session) == []
    session.get_one(SurveyTally, (survey.id, Side.GUEST, Question.GROUP, 4)).number = 3
    session.flush()
    assert find_broken(session) == [f"survey {survey.id}: 4 answers to group of guest, not 2"]


def test_no_answer_after_the_end(session: Session) -> None:
    _ended, survey = make_survey(session, 1, [])
    ticket = find_ticket(session, tickets(session, survey, Side.GUEST)[0])  # type: ignore[arg-type]
    assert ticket is not None
    with pytest.raises(Refused, match="closed"):
        answer_survey(session, now=survey.closes_at, ticket=ticket, answers=all_of(3), remarks={})


def test_nothing_that_is_kept_leads_from_an_answer_to_a_person(session: Session) -> None:
    """No column of what was answered names a person, a ticket or a moment; the log says nothing of it."""
    for model in (SurveyTally, SurveyRemark):
        names = {column.name for column in model.metadata.tables[model.__tablename__].columns}
        assert names <= {"id", "survey_id", "side", "question", "value", "number", "words"}
        assert model.__table__.dialect_options["sqlite"]["with_rowid"] is False  # type: ignore[attr-defined]
    lines = select(func.count()).select_from(AuditLine)
    _ended, survey = make_survey(session, 3, [])
    before = session.scalar(lines)
    rows = session.scalar(select(func.count()).select_from(SurveyTally))
    for ticket_id in tickets(session, survey, Side.GUEST):
        answer(session, ticket_id, 5, "Good.")
    assert session.scalar(lines) == before
    assert session.scalar(select(func.count()).select_from(SurveyTally)) == rows
    assert not {column.name for column in SurveyTicket.__table__.columns} & {"answered_at", "at"}


def test_when_it_closes_who_was_asked_is_forgotten(session: Session) -> None:
    ended, survey = make_survey(session, 6, [1, 2, 3, 4, 5, 0])
    found = read_results(session, ended.visit.id)
    assert found is not None
    assert found.shown == {}  # open: the difference of two looks would be one answer
    close(session, survey)
    assert session.scalar(select(func.count()).select_from(SurveyTicket)) == 0
    found = read_results(session, ended.visit.id)
    assert found is not None
    guests = found.shown[Side.GUEST]
    assert dict(guests.tallies[Question.GROUP]) == {
        0: 1,
        1: 1,
        2: 1,
        3: 1,
        4: 1,
        5: 1,
    }
    assert guests.average(Question.AGAIN) == 3
    assert sorted(guests.remarks[Remark.USEFUL]) == [f"Words {value}" for value in range(6)]
    assert Side.HOST not in found.shown


def test_four_answers_are_not_read_at_all(session: Session) -> None:
    ended, _survey = make_survey(session, 9, [1, 1, 1, 1], closed=True)
    found = read_results(session, ended.visit.id)
    assert found is not None
    assert found.shown == {}
    assert found.sides[Side.GUEST].answered == 4
    programme = read_programme(session, ended.programme.id)
    assert programme.totals == {}
    assert programme.small == {}
    assert programme.waiting[Side.GUEST] == 4


def test_small_groups_are_added_up_in_sets_of_five_so_that_no_difference_is_smaller(session: Session) -> None:
    """Every sum ever shown differs from every other by at least five answers, in whatever order surveys close."""
    ended, _first = make_survey(session, 9, [5] * 7, closed=True)
    seen = [total(session, ended.programme.id)]
    for answered in (3, 1, 2, 4, 6, 2, 2):
        make_survey(session, 9, [1] * answered, closed=True, call=ended.call)
        seen.append(total(session, ended.programme.id))
    assert seen == [7, 7, 7, 13, 13, 19, 25, 25]
    assert all(after == before or after - before >= 5 for before, after in itertools.pairwise(seen))
    programme = read_programme(session, ended.programme.id)
    assert programme.waiting[Side.GUEST] == 2
    assert (
        len(programme.small[Side.GUEST].remarks[Remark.USEFUL]) == 12
    )  # of sets, never of 2 that still wait
    shown = [one.sides[Side.GUEST].answered for one in programme.visits if Side.GUEST in one.shown]
    assert sorted(shown) == [6, 7]


def total(session: Session, programme_id: object) -> int:
    found = read_programme(session, programme_id)  # type: ignore[arg-type]
    tallies = found.totals[Side.GUEST].tallies if Side.GUEST in found.totals else {}
    numbers = {sum(tally.values()) for tally in tallies.values()} or {0}
    assert len(numbers) == 1
    assert found.counted.get(Side.GUEST, 0) in numbers
    return numbers.pop()


def test_guests_and_hosts_are_never_one_sum(session: Session) -> None:
    ended, survey = make_survey(session, 5, [5] * 5, team=3)
    for ticket_id in tickets(session, survey, Side.HOST):
        answer(session, ticket_id, 1)
    close(session, survey)
    found = read_programme(session, ended.programme.id)
    assert set(found.totals) == {Side.GUEST}
    assert found.totals[Side.GUEST].average(Question.PROMISE) == 5
    assert found.waiting[Side.HOST] == 3


def test_the_pages_cost_the_same_for_few_and_many(session: Session) -> None:
    ended, _survey = make_survey(session, 6, [5] * 6, closed=True)
    costs = []
    for _more in range(2):
        session.expire_all()
        programme_id, visit_id = ended.programme.id, ended.visit.id
        with counting(db.engine) as seen:
            read_programme(session, programme_id)
            read_results(session, visit_id)
        costs.append(len(seen))
        for _number in range(3):
            make_survey(session, 6, [5] * 6, closed=True, call=ended.call)
    assert costs[0] == costs[1] <= 12


def test_the_end_can_be_moved_while_it_is_open(session: Session) -> None:
    ended, survey = make_survey(session, 1, [])
    session.refresh(survey, ["visit"])
    later = NOW + timedelta(days=30)
    set_closing(session, actor=ended.organiser, now=NOW, survey=survey, version=1, closes_at=later)
    session.refresh(survey)
    assert survey.closes_at == later
    for wrong, why in ((NOW, "is over"), (NOW + timedelta(days=61), "60 days")):
        with pytest.raises(Refused, match=why):
            set_closing(session, actor=ended.organiser, now=NOW, survey=survey, version=2, closes_at=wrong)
    close(session, survey)
    session.refresh(survey, ["visit"])
    with pytest.raises(Refused, match="stays closed"):
        set_closing(session, actor=ended.organiser, now=NOW, survey=survey, version=2, closes_at=later)


def told() -> list[str]:
    reading().rollback()
    query = (
        select(Message)
        .where(Message.kind == "survey.invitation")
        .order_by(Message.created_at, Message.to_name)
    )
    return [f"{one.to_name} {(one.data or {})['words']}" for one in reading().scalars(query)]


def test_it_opens_at_five_is_mailed_in_the_morning_reminded_of_once_and_closed(app: Flask) -> None:
    with writing() as session:
        ended = make_ended_visit(session, {"Ann": (1, 3), "Ben": (1, 3)})
        last_day, zone, host = ENDS.date(), ended.visit.zone, ended.host.name
    five = morning(last_day, zone) + 8 * HOUR
    assert open_due_surveys(five - timedelta(minutes=1)) == 0
    assert open_due_surveys(five) == 1
    assert open_due_surveys(five + HOUR) == 0
    ten = morning(last_day, zone) + 25 * HOUR
    assert mail_surveys(five + HOUR) == mail_surveys(ten - timedelta(minutes=1)) == 0
    assert mail_surveys(ten) == 3
    assert mail_surveys(ten + HOUR) == 0
    with writing() as session:
        survey = session.scalars(select(Survey)).one()
        answer(session, tickets(session, survey, Side.GUEST)[0], 5)
    mail_surveys(ten + timedelta(days=7))
    assert told() == [
        "Ann survey.invitation",
        "Ben survey.invitation",
        f"{host} survey.invitation",
        "Ben survey.reminder",
        f"{host} survey.reminder",
    ]
    assert close_due_surveys(five + OPEN_FOR - HOUR) == 0
    assert close_due_surveys(five + OPEN_FOR) == 1
    assert close_due_surveys(five + OPEN_FOR) == 0


def test_what_is_opened_by_hand_before_is_mailed_at_once(app: Flask) -> None:
    with writing() as session:
        ended = make_ended_visit(session, {"Ann": (1, 3)})
        noon = morning(ENDS.date(), ended.visit.zone) + 3 * HOUR
        open_survey(session, actor=ended.organiser, now=noon, visit=ended.visit)
    assert mail_surveys(noon + HOUR) == 2


def test_a_visit_that_ended_long_ago_is_not_asked_about(app: Flask) -> None:
    with writing() as session:
        make_ended_visit(session, {"Ann": (1, 3)})
    assert open_due_surveys(ENDS + timedelta(days=8)) == 0


def test_a_mail_goes_only_to_who_can_still_answer(app: Flask) -> None:
    with writing() as session:
        make_ended_visit(session, {"Ann": (1, 3)})
    open_due_surveys(ENDS + 8 * HOUR)
    mail_surveys(ENDS + 26 * HOUR)
    with writing() as session:
        survey = session.scalars(select(Survey)).one()
        [mail] = session.scalars(select(Message).where(Message.to_name == "Ann"))
        assert "/survey/" in mail.text
        assert why_gone(session, mail, ENDS + 26 * HOUR) is None
        answer(session, tickets(session, survey, Side.GUEST)[0], 5)
        assert "answered already" in str(why_gone(session, mail, ENDS + 26 * HOUR))
        [other] = session.scalars(select(Message).where(Message.to_name != "Ann"))
        survey.closes_at += timedelta(days=3)
        session.flush()
        before = other.text
        assert tend(session, other, ENDS + 26 * HOUR)
        assert other.text != before
        close(session, survey)
        assert tend(session, other, ENDS + 27 * HOUR)
        assert session.get_one(Message, other.id).state is MessageState.WITHDRAWN

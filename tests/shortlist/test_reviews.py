"""Reading and scoring: whose scores count, and when they can be kept."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peer_visits.applications.models import Choice
from peer_visits.applications.services.withdrawing import withdraw_application
from peer_visits.audit.models import AuditLine
from peer_visits.calls.states import ScoreOrder
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.shortlist.invariants import find_broken
from peer_visits.shortlist.models import Review, Score
from peer_visits.shortlist.queries.board import Asked, BoardRow, Viewer, list_sections
from peer_visits.shortlist.queries.moves import read_order
from peer_visits.shortlist.queries.reading import find_next_to_read
from peer_visits.shortlist.queries.scores import calibrate_visit, score_in_order
from peer_visits.shortlist.rules import Standing
from peer_visits.shortlist.services.handing_over import hand_over
from peer_visits.shortlist.services.reading import save_review
from peer_visits.shortlist.states import Proposal, Recommendation
from tests.support.factories import NOW, make_visit
from tests.support.shortlist_factories import HostDesk, application_of, criteria_of, make_desk, put, score_all


def save(session: Session, desk: HostDesk, name: str = "Ada", **changes: object) -> Review:
    values: dict[str, object] = {
        "actor": desk.lead,
        "now": NOW,
        "visit": desk.visit,
        "choice_id": desk.choices.get(name, uuid.uuid4()),
        "version": 0,
        "scores": {},
        "conflict_of_interest": False,
        "note": "",
    }
    return save_review(session, **{**values, **changes})  # type: ignore[arg-type]


def rows(session: Session, desk: HostDesk, *, as_lead: bool = True) -> dict[str, BoardRow]:
    reader = desk.lead if as_lead else desk.reviewer
    order = read_order(session, desk.visit)
    sections = list_sections(
        session, desk.visit, order=order, saved=order, asked=Asked(), viewer=Viewer(reader, as_lead)
    )
    return {row.seen.name: row for section in sections for row in section.rows}


def test_a_reading_keeps_scores_note_and_weighted_points(session: Session) -> None:
    desk = make_desk(session, "Ada")
    first, second = criteria_of(session, desk)
    review = save(session, desk, scores={first.id: 5, second.id: 0}, note="Knows her field.")
    assert (review.points, review.note, review.version, review.saved_at) == (50, "Knows her field.", 1, NOW)
    kept = session.execute(select(Score.criterion_id, Score.value).where(Score.review_id == review.id))
    assert {row.criterion_id: row.value for row in kept} == {first.id: 5, second.id: 0}
    line = session.scalars(select(AuditLine).where(AuditLine.action == "review.saved")).one()
    assert (line.actor_id, line.subject_id) == (desk.lead.id, review.id)
    assert "Knows" not in str(line.detail)


def test_half_a_reading_counts_nowhere_yet(session: Session) -> None:
    desk = make_desk(session, "Ada")
    first, second = criteria_of(session, desk)
    review = save(session, desk, scores={first.id: 5})
    assert review.points is None
    assert not session.get_one(Choice, desk.choices["Ada"]).is_read
    assert rows(session, desk)["Ada"].points is None
    assert find_next_to_read(session, desk.visit, desk.lead) == desk.choices["Ada"]
    save(session, desk, version=1, scores={first.id: 5, second.id: 5})
    assert session.get_one(Choice, desk.choices["Ada"]).is_read
    assert find_next_to_read(session, desk.visit, desk.lead) is None
    save(session, desk, version=2, scores={second.id: 5})
    assert not session.get_one(Choice, desk.choices["Ada"]).is_read
    assert find_broken(session) == []


def test_a_recommendation_and_two_notes_are_kept_and_a_conflict_takes_the_advice_back(
    session: Session,
) -> None:
    desk = make_desk(session, "Ada")
    said = {"recommendation": Recommendation.RESERVE, "private_note": "Ask Bo.", "note": "Strong."}
    review = save(session, desk, **said)
    assert (review.recommendation, review.private_note, review.note) == (
        Recommendation.RESERVE,
        "Ask Bo.",
        "Strong.",
    )
    review = save(session, desk, version=1, **said, conflict_of_interest=True)
    assert (review.recommendation, review.private_note) == (None, "Ask Bo.")


def test_a_page_that_saves_by_itself_logs_judgements_and_not_words(session: Session) -> None:
    desk = make_desk(session, "Ada")
    first, _second = criteria_of(session, desk)
    save(session, desk, note="W", by_itself=True)
    save(session, desk, version=1, note="Words", by_itself=True)
    logged = select(func.count()).where(AuditLine.action == "review.saved")
    assert session.scalar(logged) == 0
    save(session, desk, version=2, note="Words", scores={first.id: 1}, by_itself=True)
    assert session.scalar(logged) == 1
    save(session, desk, version=3, note="Pressed", scores={first.id: 1})
    assert session.scalar(logged) == 2


def test_a_visits_scores_are_those_of_whole_readings_of_sent_choices(session: Session) -> None:
    desk = make_desk(session, "Ada", "Bo", "Cy")
    score_all(session, desk, "Ada", 5)
    score_all(session, desk, "Ada", 3, desk.reviewer)
    score_all(session, desk, "Bo", 4)
    save(session, desk, "Cy", scores={criteria_of(session, desk)[0].id: 1})
    found = calibrate_visit(session, desk.visit)
    raw = {one: (score.raw, score.readings) for one, score in found.scores.items()}
    assert raw == {desk.choices["Ada"]: (80, 2), desk.choices["Bo"]: (80, 1)}
    assert found.matters
    assert found.levels[desk.lead.id] > found.levels[desk.reviewer.id]
    milder = found.scores[desk.choices["Bo"]]
    assert score_in_order(milder, ScoreOrder.ADJUSTED) == milder.adjusted < 80
    assert score_in_order(milder, ScoreOrder.RAW) == 80
    assert score_in_order(None, ScoreOrder.RAW) is None
    withdraw_application(session, actor=desk.lead, now=NOW, application=application_of(session, desk, "Ada"))
    assert calibrate_visit(session, desk.visit).scores.keys() == {desk.choices["Bo"]}


def test_a_second_saving_replaces_the_first(session: Session) -> None:
    desk = make_desk(session, "Ada")
    first, second = criteria_of(session, desk)
    score_all(session, desk, "Ada", 2)
    review = save(session, desk, version=1, scores={first.id: 4, second.id: 4})
    assert (review.version, review.points) == (2, 80)
    assert session.scalar(select(func.count()).select_from(Score)) == 2


def test_a_stale_reading_is_refused(session: Session) -> None:
    desk = make_desk(session, "Ada")
    save(session, desk)
    save(session, desk, version=1, note="The newer one")
    with pytest.raises(Stale):
        save(session, desk, version=1, note="The older one")


@pytest.mark.parametrize("value", [-1, 6, 1000])
def test_a_score_off_its_scale_is_refused(session: Session, value: int) -> None:
    desk = make_desk(session, "Ada")
    with pytest.raises(Refused, match="scale"):
        save(session, desk, scores={criteria_of(session, desk)[0].id: value})


def test_a_score_on_a_criterion_of_another_call_is_refused(session: Session) -> None:
    desk, other = make_desk(session, "Ada"), make_desk(session)
    with pytest.raises(Refused):
        save(session, desk, scores={criteria_of(session, other)[0].id: 3})


def test_with_a_conflict_of_interest_no_score_is_kept(session: Session) -> None:
    desk = make_desk(session, "Ada")
    score_all(session, desk, "Ada", 5)
    scores = {one.id: 5 for one in criteria_of(session, desk)}
    review = save(session, desk, version=1, scores=scores, conflict_of_interest=True)
    assert review.points is None
    assert session.scalar(select(func.count()).select_from(Score)) == 0
    assert rows(session, desk)["Ada"].standing is Standing.KEPT_OUT
    assert find_broken(session) == []


def test_a_choice_for_another_visit_cannot_be_read(session: Session) -> None:
    desk, other = make_desk(session, "Ada"), make_desk(session, "Bo")
    with pytest.raises(Refused):
        save(session, desk, choice_id=other.choices["Bo"])
    sibling = make_visit(session, desk.call)
    with pytest.raises(Refused):
        save(session, desk, visit=sibling)


def test_a_withdrawn_application_can_no_longer_be_scored(session: Session) -> None:
    desk = make_desk(session, "Ada")
    application = application_of(session, desk, "Ada")
    withdraw_application(session, actor=desk.lead, now=NOW, application=application)
    with pytest.raises(Refused, match="withdrawn"):
        save(session, desk)


def test_scores_close_with_the_shortlist(session: Session) -> None:
    desk = make_desk(session, "Ada")
    put(session, desk, Proposal.SHORTLISTED, "Ada")
    hand_over(session, actor=desk.lead, now=NOW, visit=desk.visit, version=1, note="")
    with pytest.raises(Refused, match="scores are closed"):
        save(session, desk)


def test_reading_begins_while_the_call_is_open(session: Session) -> None:
    desk = make_desk(session, "Ada", is_closed=False)
    assert score_all(session, desk, "Ada", 5).points == 100


def test_a_lead_sees_the_mean_and_a_reviewer_their_own(session: Session) -> None:
    desk = make_desk(session, "Ada", "Bo")
    score_all(session, desk, "Ada", 5)
    score_all(session, desk, "Ada", 2, desk.reviewer)
    score_all(session, desk, "Bo", 5)
    assert (rows(session, desk)["Ada"].points, rows(session, desk)["Bo"].points) == (70, 100)
    own = rows(session, desk, as_lead=False)
    assert (own["Ada"].points, own["Bo"].points) == (40, None)


def test_a_readers_conflict_does_not_count_for_the_others(session: Session) -> None:
    desk = make_desk(session, "Ada")
    score_all(session, desk, "Ada", 4)
    save(session, desk, actor=desk.reviewer, conflict_of_interest=True)
    found = rows(session, desk)["Ada"]
    assert (found.points, found.standing) == (80, Standing.FREE)
    assert rows(session, desk, as_lead=False)["Ada"].standing is Standing.KEPT_OUT

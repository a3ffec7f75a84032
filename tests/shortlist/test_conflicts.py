"""Conflicts of interest: proposed from data, asked before reading, enforced, lifted by the organiser alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.audit.models import AuditLine
from peer_visits.kernel.errors import Refused
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.places.sweeps import note_earlier_visits
from peer_visits.questions.kinds import Kind
from peer_visits.shortlist.models import Conflict, Review
from peer_visits.shortlist.queries.conflicts import find_standing, list_conflicts
from peer_visits.shortlist.queries.reading import find_next_to_read
from peer_visits.shortlist.rules import Standing, own_domain, signals_between, standing
from peer_visits.shortlist.services.conflicts import answer_conflict, lift_conflict
from peer_visits.shortlist.services.reading import save_review
from peer_visits.shortlist.states import ConflictState, Signal
from peer_visits.storage.transaction import db, reading, writing
from tests.support.factories import NOW, make_question, make_visit
from tests.support.shortlist_factories import HostDesk, application_of, apply_to_desk, make_desk, score_all
from tests.support.statements import counting
from tests.support.world import make_attachment

ClientOf = Callable[[Person], FlaskClient]
ORGANISATION = (Signal.SAME_ORGANISATION,)
DOMAIN = (Signal.SAME_MAIL_DOMAIN,)

pytestmark = pytest.mark.usefixtures("at_now")


@pytest.mark.parametrize(
    ("organisations", "emails", "found"),
    [
        (("city of turin", "city of turin"), ("a@x.example", "b@y.example"), ORGANISATION),
        (("", ""), ("a@x.example", "b@y.example"), ()),
        (("a", "b"), ("a@turin.example", "b@turin.example"), DOMAIN),
        (("a", "b"), ("a@gmail.com", "b@gmail.com"), ()),
        (("a", "b"), ("a@turin.example", "b@lodz.example"), ()),
        (("a", "a"), ("a@turin.example", "b@turin.example"), ORGANISATION + DOMAIN),
    ],
)
def test_what_data_propose(
    organisations: tuple[str, str], emails: tuple[str, str], found: tuple[Signal, ...]
) -> None:
    assert signals_between(organisations, emails) == found


def test_domains_of_everybody_are_nobodys() -> None:
    assert own_domain("ada@gmail.com") == ""
    assert own_domain("ada@comune.torino.it") == "comune.torino.it"


@pytest.mark.parametrize(
    ("state", "signals", "hidden", "expected"),
    [
        (None, (), False, Standing.FREE),
        (None, ORGANISATION, False, Standing.ASKED),
        (None, ORGANISATION, True, Standing.KEPT_OUT),
        (ConflictState.PROPOSED, ORGANISATION, False, Standing.ASKED),
        (ConflictState.NONE, ORGANISATION, False, Standing.FREE),
        (ConflictState.NONE, ORGANISATION, True, Standing.FREE),
        (ConflictState.LIFTED, ORGANISATION, True, Standing.FREE),
        (ConflictState.DECLARED, (), False, Standing.KEPT_OUT),
        (ConflictState.DECLARED, (), True, Standing.KEPT_OUT),
    ],
)
def test_how_a_reader_stands(
    state: ConflictState | None, signals: tuple[Signal, ...], hidden: bool, expected: Standing
) -> None:
    assert standing(state, signals, hidden=hidden) is expected


def desk_with_colleague(session: Session, **call: Any) -> HostDesk:
    """Ada comes from the reviewer's own organisation, written another way; Bo does not."""
    desk = make_desk(session, "Bo")
    for name, value in call.items():
        setattr(desk.call, name, value)
    desk.reviewer.organisation = "Città di Torino"
    apply_to_desk(session, desk, "Ada", person={"organisation": "CITTA DI TORINO"})
    session.flush()
    return desk


def path(desk: HostDesk, name: str = "Ada") -> str:
    return f"/host/{desk.visit.slug}/choices/{desk.choices[name]}"


def test_the_question_comes_before_the_application(app: Flask, client_of: ClientOf) -> None:
    with writing() as session:
        desk = desk_with_colleague(session)
        question = make_question(session, desk.call, Kind.FILE, required=False)
        attachment = make_attachment(session, application_of(session, desk, "Ada"), question)
    client = client_of(desk.reviewer)
    answer = client.get(path(desk))
    assert answer.headers["Location"].endswith(f"{path(desk)}/conflict")
    page = client.get(f"{path(desk)}/conflict").text
    assert "the same organisation" in page
    assert "Why choice 1." not in page
    assert client.get(f"{path(desk)}/files/{attachment}").status_code == 404
    assert client.post(path(desk), data={"version": "0", "score_0": "3"}).status_code == 404
    assert client.get(path(desk, "Bo")).status_code == 200
    assert client.post(f"{path(desk)}/conflict", data={}).status_code == 422
    assert (
        client.post(f"{path(desk)}/conflict", data={"answer": "no"}).headers["Location"].endswith(path(desk))
    )
    assert "Why choice 1." in client.get(path(desk)).text


def test_with_a_conflict_nothing_is_read_and_nothing_counts(app: Flask, client_of: ClientOf) -> None:
    with writing() as session:
        desk = make_desk(session, "Ada")
        score_all(session, desk, "Ada", 5, desk.reviewer)
        score_all(session, desk, "Ada", 1)
    client = client_of(desk.reviewer)
    assert (
        client.post(f"{path(desk)}/conflict", data={"answer": "yes", "reason": "My brother"}).status_code
        == 302
    )
    for shown in (path(desk), f"/host/{desk.visit.slug}"):
        page = client.get(shown, follow_redirects=True).text
        assert "Lea Lead" not in page
        assert "Why choice 1." not in page
    reading().rollback()
    review = reading().scalars(select(Review).where(Review.reviewer_id == desk.reviewer.id)).one()
    assert (review.points, review.conflict_of_interest) == (None, True)
    with writing() as session, pytest.raises(Refused, match="conflict"):
        score_all(session, desk, "Ada", 5, desk.reviewer)


def test_a_declaration_is_taken_back_and_the_log_keeps_both(session: Session) -> None:
    desk = make_desk(session, "Ada")
    choice = desk.choices["Ada"]
    for has in (True, False):
        answer_conflict(session, actor=desk.reviewer, now=NOW, visit=desk.visit, choice_id=choice, has=has)
    assert find_standing(session, desk.visit, desk.reviewer, choice).standing is Standing.FREE
    lines = session.scalars(
        select(AuditLine).where(AuditLine.action == "conflict.answered").order_by(AuditLine.id)
    )
    assert [line.detail["after"] for line in lines] == ["declared", "none"]


def test_while_names_are_hidden_data_keep_the_reader_out_and_only_the_organiser_lifts_it(
    app: Flask, client_of: ClientOf
) -> None:
    with writing() as session:
        desk = desk_with_colleague(session, blind=True)
    client = client_of(desk.reviewer)
    page = client.get(path(desk), follow_redirects=True).text
    assert "the same organisation" not in page
    assert "TORINO" not in page
    assert client.post(f"{path(desk)}/conflict", data={"answer": "no"}).status_code == 422
    assert client.get(path(desk)).status_code == 302
    organiser = client_of(desk.organiser)
    listed = organiser.get(f"/organise/calls/{desk.call.slug}/conflicts").text
    assert "the same organisation" in listed
    assert organiser.post(f"{path(desk)}/conflict/{desk.reviewer.id}/lift").status_code == 302
    assert client.get(path(desk)).status_code == 200
    assert "Lifted by the organiser" in organiser.get(f"/organise/calls/{desk.call.slug}/conflicts").text


def test_the_organiser_sees_all_with_the_same_number_of_statements(session: Session) -> None:
    one, three = desk_with_colleague(session), desk_with_colleague(session)
    for name in ("Cy", "Di"):
        apply_to_desk(session, three, name, person={"organisation": "citta di torino"})
    answer_conflict(
        session, actor=three.lead, now=NOW, visit=three.visit, choice_id=three.choices["Bo"], has=True
    )
    counts = []
    for desk, expected in ((one, 1), (three, 4)):
        with counting(db.engine) as seen:
            assert len(list_conflicts(session, desk.call)) == expected
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_lifting_needs_a_record(session: Session) -> None:
    desk = desk_with_colleague(session, blind=True)
    choice = desk.choices["Ada"]
    lift_conflict(
        session,
        actor=desk.organiser,
        now=NOW,
        visit=desk.visit,
        choice_id=choice,
        person_id=desk.reviewer.id,
    )
    kept = session.get_one(Conflict, (choice, desk.reviewer.id))
    assert (kept.state, kept.signals, kept.answered_by) == (
        ConflictState.LIFTED,
        ["same_organisation"],
        desk.organiser.id,
    )


def test_what_is_in_conflict_never_comes_next(session: Session) -> None:
    desk = make_desk(session, "Ada")
    choice = desk.choices["Ada"]
    assert find_next_to_read(session, desk.visit, desk.reviewer) == choice
    save_review(
        session,
        actor=desk.reviewer,
        now=NOW,
        visit=desk.visit,
        choice_id=choice,
        version=0,
        scores={},
        conflict_of_interest=True,
        note="",
    )
    assert find_next_to_read(session, desk.visit, desk.reviewer) is None


@pytest.mark.usefixtures("app")
def test_who_was_together_in_an_earlier_visit_is_asked() -> None:
    with writing() as session:
        desk = make_desk(session, "Ada", "Bo")
        earlier = make_visit(session, desk.call, place="Vantaa")
        people = [application_of(session, desk, "Ada").person_id, desk.reviewer.id]
        for seat, person_id in enumerate(people, start=1):
            session.add(
                Place(
                    visit_id=earlier.id,
                    person_id=person_id,
                    state=PlaceState.ACCEPTED,
                    seat=seat,
                    offered_at=NOW,
                    answer_by=NOW + timedelta(days=7),
                    settled_at=NOW,
                )
            )
    assert note_earlier_visits(NOW) == 1
    assert note_earlier_visits(NOW) == 0
    with writing() as session:
        (kept,) = session.scalars(select(Conflict))
        assert (kept.choice_id, kept.person_id) == (desk.choices["Ada"], desk.reviewer.id)
        found = find_standing(session, desk.visit, desk.reviewer, desk.choices["Ada"])
        assert (found.standing, found.signals) == (Standing.ASKED, (Signal.EARLIER_VISIT,))

"""The page where somebody reads: notes, saving by itself, skipping, what is withdrawn, files in place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application
from peer_visits.applications.services.withdrawing import withdraw_application
from peer_visits.calls.models import Criterion
from peer_visits.questions.kinds import Audience, Kind
from peer_visits.shortlist.models import Review
from peer_visits.shortlist.queries.reading import read_queue
from peer_visits.shortlist.services.handing_over import hand_over
from peer_visits.shortlist.services.reading import save_review
from peer_visits.shortlist.states import Proposal, Recommendation
from peer_visits.storage.transaction import db, reading, writing
from peer_visits.visits.models import HostMember
from tests.support.factories import NOW, make_question
from tests.support.shortlist_factories import HostDesk, application_of, make_desk, put, score_all
from tests.support.statements import counting
from tests.support.world import make_attachment

ClientOf = Callable[[Person], FlaskClient]

pytestmark = pytest.mark.usefixtures("at_now")


@pytest.fixture
def desk(app: Flask) -> HostDesk:
    """Three applications to one visit of a closed call, committed."""
    with writing() as session:
        return make_desk(session, "Ada", "Bo", "Cy")


def fresh() -> Session:
    """A session that has not read anything yet."""
    reading().rollback()
    return reading()


def path(desk: HostDesk, name: str = "Ada", more: str = "") -> str:
    return f"/host/{desk.visit.slug}/choices/{desk.choices[name]}{more}"


def note(session: Session, desk: HostDesk, reader: Person, *, done: bool = False, **words: str) -> Review:
    criteria = session.scalars(select(Criterion).where(Criterion.call_id == desk.call.id)).all()
    return save_review(
        session,
        actor=reader,
        now=NOW,
        visit=desk.visit,
        choice_id=desk.choices["Ada"],
        version=0,
        scores={one.id: 3 for one in criteria} if done else {},
        conflict_of_interest=False,
        note=words.get("note", ""),
        private_note=words.get("private_note", ""),
    )


def withdraw(desk: HostDesk, name: str) -> None:
    with writing() as session:
        application = application_of(session, desk, name)
        withdraw_application(session, actor=desk.lead, now=NOW, application=application)


def test_everything_on_the_page_is_kept(desk: HostDesk, client_of: ClientOf) -> None:
    form = {
        "version": "0",
        "score_0": "4",
        "score_1": "5",
        "recommendation": "reserve",
        "note": "For us",
        "private_note": "For me",
    }
    client = client_of(desk.reviewer)
    assert client.post(path(desk), data=form).status_code == 302
    saved = fresh().scalars(select(Review)).one()
    assert (saved.note, saved.private_note) == ("For us", "For me")
    assert saved.recommendation is Recommendation.RESERVE
    page = client.get(path(desk)).text
    assert "For me" in page
    assert "Your score: 90 of 100." in page
    assert "2 left for you to read" in page


def test_a_private_note_is_for_nobody_else(desk: HostDesk, client_of: ClientOf) -> None:
    with writing() as session:
        note(session, desk, desk.reviewer, done=True, private_note="Canary alone", note="Canary for all")
        note(session, desk, desk.lead, done=True)
    page = client_of(desk.lead).get(path(desk)).text
    assert "Canary for all" in page
    for address in (path(desk), f"/host/{desk.visit.slug}", "/host"):
        assert "Canary alone" not in client_of(desk.lead).get(address).text
    application = fresh().scalars(select(Application.id)).first()
    organiser = client_of(desk.organiser)
    assert "Canary alone" not in organiser.get(f"/organise/applications/{application}").text
    assert "Canary alone" in client_of(desk.reviewer).get(path(desk)).text


def test_a_reviewer_reads_what_others_noted_after_reading_and_never_their_scores(
    desk: HostDesk, client_of: ClientOf
) -> None:
    with writing() as session:
        note(session, desk, desk.lead, done=True, note="Canary of the lead")
    client = client_of(desk.reviewer)
    assert "Canary of the lead" not in client.get(path(desk)).text
    client.post(path(desk), data={"version": "0", "score_0": "1"})
    assert "Canary of the lead" not in client.get(path(desk)).text, "half a reading"
    client.post(path(desk), data={"version": "1", "score_0": "1", "score_1": "1"})
    page = client.get(path(desk)).text
    assert "Canary of the lead" in page
    assert "<span>60</span>" not in page


def test_the_page_saves_by_itself(desk: HostDesk, client_of: ClientOf) -> None:
    client = client_of(desk.lead)
    first = client.post(path(desk, more="/save"), data={"version": "0", "score_0": "4"})
    assert (first.status_code, first.json) == (
        200,
        {
            "version": 1,
            "saved": "Saved 12:00",
            "left": "3 left for you to read",
            "score": "Your score counts once every criterion has one.",
        },
    )
    data = {"version": "1", "score_0": "4", "score_1": "4", "note": "Words"}
    second = client.post(path(desk, more="/save"), data=data).json
    assert second is not None
    assert (second["left"], second["score"]) == ("2 left for you to read", "Your score: 80 of 100.")
    assert fresh().scalars(select(Review)).one().note == "Words"


def test_saving_by_itself_tells_of_another_window(desk: HostDesk, client_of: ClientOf) -> None:
    client = client_of(desk.lead)
    client.post(path(desk, more="/save"), data={"version": "0", "note": "First"})
    client.post(path(desk, more="/save"), data={"version": "1", "note": "First again"})
    stale = client.post(path(desk, more="/save"), data={"version": "1", "note": "Second"})
    assert stale.status_code == 409
    assert fresh().scalars(select(Review)).one().note == "First again"
    page = client.post(path(desk), data={"version": "1", "note": "Second", "private_note": "Mine"})
    assert page.status_code == 422
    for words in ("First again", "Second", "Mine", "What is saved now"):
        assert words in page.text


@pytest.mark.parametrize("score", ["101", "-1", "many", "9" * 400])
def test_a_score_out_of_range_is_told_beside_its_field(app: Flask, client_of: ClientOf, score: str) -> None:
    with writing() as session:
        desk = make_desk(session, "Ada")
        session.execute(update(Criterion).where(Criterion.call_id == desk.call.id).values(maximum=100))
    client, data = client_of(desk.lead), {"version": "0", "score_0": score, "note": "Kept"}
    page = client.post(path(desk), data=data)
    assert page.status_code == 422
    assert 'id="score_0-error"' in page.text
    assert "Kept" in page.text
    answer = client.post(path(desk, more="/save"), data=data)
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["fields"].keys() == {"score_0"}
    assert fresh().scalar(select(Review.id)) is None


def test_a_withdrawn_application_is_told_and_the_notes_are_shown_back(
    desk: HostDesk, client_of: ClientOf
) -> None:
    client = client_of(desk.lead)
    assert client.get(path(desk)).status_code == 200
    withdraw(desk, "Ada")
    data = {"version": "0", "score_0": "4", "note": "Typed for us", "private_note": "<b>Typed</b> for me"}
    page = client.post(path(desk), data=data)
    assert page.status_code == 410
    for words in ("has been withdrawn", "Typed for us", "&lt;b&gt;Typed&lt;/b&gt; for me"):
        assert words in page.text
    assert "Ada" not in page.text
    assert "What I bring." not in page.text
    answer = client.post(path(desk, more="/save"), data=data)
    assert (answer.status_code, answer.json) == (
        410,
        {"error": "withdrawn", "reasons": ["This application has been withdrawn meanwhile."]},
    )
    assert "has been withdrawn" in client.get(path(desk)).text
    assert fresh().scalar(select(Review.id)) is None


def test_what_is_handed_over_saves_nothing_by_itself(desk: HostDesk, client_of: ClientOf) -> None:
    with writing() as session:
        put(session, desk, Proposal.SHORTLISTED, "Ada")
        hand_over(session, actor=desk.lead, now=NOW, visit=desk.visit, version=1, note="")
    answer = client_of(desk.reviewer).post(path(desk, more="/save"), data={"version": "0", "note": "Late"})
    assert answer.status_code == 422
    assert answer.json is not None
    assert "scores are closed" in answer.json["reasons"][0]
    page = client_of(desk.reviewer).get(path(desk)).text
    assert "<form" not in page.split("<main", 1)[1].split("</main", 1)[0]


def test_a_reader_who_was_removed_saves_nothing_more(desk: HostDesk, client_of: ClientOf) -> None:
    client = client_of(desk.reviewer)
    client.post(path(desk, more="/save"), data={"version": "0", "note": "Before"})
    with writing() as session:
        session.delete(session.get_one(HostMember, (desk.visit.id, desk.reviewer.id)))
    answer = client.post(path(desk, more="/save"), data={"version": "1", "note": "After"})
    assert answer.status_code in {403, 404}
    assert fresh().scalars(select(Review)).one().note == "Before"


def test_skipping_goes_on_in_order_and_round(desk: HostDesk, client_of: ClientOf) -> None:
    with writing() as session:
        score_all(session, desk, "Bo", 3)
    queue = read_queue(fresh(), desk.visit, desk.lead)
    found = {name: queue.neighbours(choice).skip for name, choice in desk.choices.items()}
    assert found == {"Ada": desk.choices["Cy"], "Bo": desk.choices["Cy"], "Cy": desk.choices["Ada"]}
    assert queue.left == 2
    page = client_of(desk.lead).get(path(desk)).text
    assert f'data-key="s" href="{path(desk, "Cy")}"' in page


def test_a_file_is_shown_in_place(app: Flask, client_of: ClientOf) -> None:
    with writing() as session:
        desk = make_desk(session, "Ada", "Bo")
        question = make_question(session, desk.call, Kind.FILE, required=False, audience=Audience.HOSTS)
        attachment = make_attachment(session, application_of(session, desk, "Ada"), question)
    client = client_of(desk.lead)
    preview = path(desk, more=f"/files/{attachment}/preview")
    assert preview in client.get(path(desk)).text
    answer = client.get(preview)
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert client.get(path(desk, "Bo", more=f"/files/{attachment}/preview")).status_code == 404


def test_the_page_costs_the_same_whatever_there_is_to_read(app: Flask, client_of: ClientOf) -> None:
    with writing() as session:
        few, many = make_desk(session, "Ada"), make_desk(session, "Bo", *(f"P{n}" for n in range(20)))
        for desk in (few, many):
            score_all(session, desk, next(iter(desk.choices)), 3)
    counts = []
    for desk in (few, many):
        client, name = client_of(desk.lead), next(iter(desk.choices))
        with counting(db.engine) as seen:
            assert client.get(path(desk, name)).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 20

"""Reading without names: what is hidden, until when, and what the reveal closes."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.audit.models import AuditLine
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.questions.kinds import Audience, Kind
from peer_visits.shortlist.identity import (
    are_names_hidden,
    as_seen,
    list_seen,
    name_of_file,
    reference,
)
from peer_visits.shortlist.models import Shortlist
from peer_visits.shortlist.queries.shortlist import find_shortlist
from peer_visits.shortlist.services.handing_over import hand_over, reopen_shortlist
from peer_visits.shortlist.services.revealing import reveal_names
from peer_visits.storage.transaction import db, writing
from tests.support.factories import NOW, make_question
from tests.support.shortlist_factories import HostDesk, application_of, make_desk, score_all
from tests.support.statements import counting
from tests.support.world import make_attachment

ClientOf = Callable[[Person], FlaskClient]

pytestmark = pytest.mark.usefixtures("at_now")


def blind_desk(session: Session, *names: str) -> HostDesk:
    desk = make_desk(session, *names)
    desk.call.blind = True
    session.flush()
    return desk


def reveal(session: Session, desk: HostDesk, *, version: int | None = None, sure: bool = False) -> None:
    if version is None:
        version = find_shortlist(session, desk.visit).version
    reveal_names(session, actor=desk.lead, now=NOW, visit=desk.visit, version=version, sure=sure)


def test_a_reference_is_stable_tells_nothing_and_rarely_meets_another() -> None:
    ids = [uuid.uuid4() for _ in range(500)]
    assert reference(ids[0]) == reference(ids[0])
    assert all(len(reference(one)) == 7 and not set(reference(one)) & set("AEIOU01L") for one in ids)
    assert len({reference(one) for one in ids}) >= 499


def test_hidden_people_keep_their_country_and_kind_alone(app: Flask) -> None:
    person = Person(name="Ada Lovelace", organisation="City of Turin", country="IT", is_synthetic=True)
    seen = as_seen(uuid.UUID(int=1), person, hidden=True)
    assert (seen.name, seen.organisation, seen.country, seen.is_hidden) == ("", "", "IT", True)
    assert seen.label == "Application 322-222"
    shown = as_seen(uuid.UUID(int=1), person, hidden=False)
    assert (shown.label, shown.organisation, shown.is_hidden) == ("Ada Lovelace", "City of Turin", False)


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("CV Ada Lovelace.PDF", "322-222-2.pdf"),
        ("Ada", "322-222-2"),
        ("a.Ada Lovelace", "322-222-2"),
    ],
)
def test_files_are_called_by_the_reference(name: str, called: str) -> None:
    assert name_of_file(uuid.UUID(int=1), name, 2, hidden=True) == called
    assert name_of_file(uuid.UUID(int=1), name, 2, hidden=False) == name


def test_many_are_seen_with_one_statement(session: Session) -> None:
    desk = blind_desk(session, "Ada", "Bo", "Cy")
    with counting(db.engine) as seen:
        found = list_seen(session, list(desk.choices.values()), hidden=True)
    assert len(seen) == 1
    assert {one.name for one in found.values()} == {""}


def test_names_are_hidden_until_the_lead_closes_the_scores(session: Session) -> None:
    desk = blind_desk(session, "Ada")
    assert are_names_hidden(session, desk.visit)
    score_all(session, desk, "Ada", 3)
    score_all(session, desk, "Ada", 3, desk.reviewer)
    reveal(session, desk)
    assert not are_names_hidden(session, desk.visit)
    (line,) = session.scalars(select(AuditLine).where(AuditLine.action == "shortlist.names_shown"))
    assert (line.actor_id, line.detail) == (desk.lead.id, {"missing": 0})


def test_from_then_on_no_score_changes(session: Session) -> None:
    desk = blind_desk(session, "Ada")
    score_all(session, desk, "Ada", 3)
    reveal(session, desk, sure=True)
    with pytest.raises(Refused, match="names are shown"):
        score_all(session, desk, "Ada", 5, desk.reviewer)


def test_missing_readings_are_given_up_knowingly(session: Session) -> None:
    desk = blind_desk(session, "Ada")
    with pytest.raises(Refused) as refusal:
        reveal(session, desk)
    assert refusal.value.field == "sure"
    assert are_names_hidden(session, desk.visit)
    reveal(session, desk, sure=True)
    assert not are_names_hidden(session, desk.visit)


@pytest.mark.parametrize("what", ["open", "twice", "not blind", "stale"])
def test_names_are_shown_once_and_only_after_the_call(session: Session, what: str) -> None:
    desk = blind_desk(session)
    if what == "open":
        desk.visit.call.closes_at = NOW + timedelta(hours=1)
    if what == "twice":
        reveal(session, desk)
    desk.call.blind = what != "not blind"
    session.flush()
    with pytest.raises(Stale if what == "stale" else Refused):
        reveal(session, desk, version=99 if what == "stale" else None)


def test_handing_over_shows_them_and_reopening_does_not_open_the_scores(session: Session) -> None:
    desk = blind_desk(session, "Ada")
    version = find_shortlist(session, desk.visit).version
    hand_over(session, actor=desk.lead, now=NOW, visit=desk.visit, version=version, note="")
    assert not are_names_hidden(session, desk.visit)
    reopen_shortlist(session, actor=desk.organiser, now=NOW, visit=desk.visit)
    with pytest.raises(Refused, match="names are shown"):
        score_all(session, desk, "Ada", 5)


def test_marked_questions_and_names_of_files_are_hidden(app: Flask, client_of: ClientOf) -> None:
    with writing() as session:
        desk = blind_desk(session, "Ada Canary")
        application = application_of(session, desk, "Ada Canary")
        for audience in (Audience.HOSTS, Audience.HOSTS_UNLESS_BLIND):
            question = make_question(
                session, desk.call, Kind.FILE, labels={"en": audience.value}, audience=audience
            )
            make_attachment(session, application, question)
    client, base = client_of(desk.reviewer), f"/host/{desk.visit.slug}"
    page = client.get(f"{base}/choices/{desk.choices['Ada Canary']}").text
    called = f"{reference(desk.choices['Ada Canary'])}-1"
    assert "Canary" not in page
    assert called in page
    assert f"{called[:-1]}2" not in page
    with writing() as session:
        session.merge(Shortlist(visit_id=desk.visit.id, revealed_at=NOW))
    page = client.get(f"{base}/choices/{desk.choices['Ada Canary']}").text
    assert "Canary" in page
    assert called not in page


def test_search_knows_no_names_while_they_are_hidden(app: Flask, client_of: ClientOf) -> None:
    with writing() as session:
        desk = blind_desk(session, "Ada Canary", "Bo Canary")
    client, base = client_of(desk.lead), f"/host/{desk.visit.slug}"
    mine, other = (f"Application {reference(one)}" for one in desk.choices.values())
    assert mine not in client.get(f"{base}?q=Ada").text
    found = client.get(f"{base}?q={mine.lower()}").text
    assert mine in found
    assert other not in found


def test_the_lead_shows_the_names_in_the_browser(app: Flask, client_of: ClientOf) -> None:
    with writing() as session:
        desk = blind_desk(session, "Ada Canary")
    client, base = client_of(desk.lead), f"/host/{desk.visit.slug}"
    assert "2 readings are missing" in client.get(f"{base}/names").text
    refused = client.post(f"{base}/names", data={"version": "0"})
    assert refused.status_code == 422
    assert "Not everything is read yet" in refused.text
    assert client.post(f"{base}/names", data={"version": "0", "sure": "y"}).status_code == 302
    assert "Ada Canary" in client.get(base).text
    assert "Names are shown" in client.get(f"{base}/names").text
    assert client_of(desk.reviewer).get(f"{base}/names").status_code == 403

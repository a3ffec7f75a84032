"""The host team: invitations that are good once and for one address, and leaving in mid-work."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.accounts.services import find_person
from peer_visits.kernel.errors import Refused
from peer_visits.outbox.models import Message
from peer_visits.outbox.states import MessageState
from peer_visits.shortlist.models import HostInvitation, Review
from peer_visits.shortlist.queries.team import list_members
from peer_visits.shortlist.services.team import accept_invitation, invite, remove_member, withdraw_invitation
from peer_visits.shortlist.states import InvitationState
from peer_visits.storage.transaction import db, reading, writing
from peer_visits.visits.models import HostMember
from peer_visits.visits.states import HostRole
from tests.support.factories import NOW, make_host, make_person
from tests.support.shortlist_factories import HostDesk, make_desk, score_all
from tests.support.statements import counting

ClientOf = Callable[[Person], FlaskClient]
SECRET = re.compile(r"/invitations/([\w-]+)")

pytestmark = pytest.mark.usefixtures("at_now")


def asked(
    session: Session, desk: HostDesk, email: str = "new@example.com", role: HostRole = HostRole.EXPERT
) -> str:
    """Invite an address; gives the secret out of its mail."""
    invite(session, actor=desk.lead, now=NOW, visit=desk.visit, email=email, role=role)
    return secret_for(session, email)


def secret_for(session: Session, email: str) -> str:
    mails = session.scalars(select(Message).where(Message.to_address == email).order_by(Message.created_at))
    found = SECRET.search([mail.text for mail in mails if mail.state is MessageState.QUEUED][-1])
    assert found
    return found[1]


def role_of(session: Session, desk: HostDesk, email: str) -> HostRole | None:
    person = find_person(session, email)
    member = person and session.get(HostMember, (desk.visit.id, person.id))
    return member.role if member else None


def test_an_invitation_makes_a_member_once(session: Session) -> None:
    desk = make_desk(session)
    person = make_person(session, "Nora", email="new@example.com")
    secret = asked(session, desk)
    assert accept_invitation(session, actor=person, now=NOW, secret=secret) == desk.visit
    assert role_of(session, desk, "new@example.com") is HostRole.EXPERT
    with pytest.raises(Refused, match="used or is too old"):
        accept_invitation(session, actor=person, now=NOW, secret=secret)


@pytest.mark.parametrize("what", ["other address", "too old", "withdrawn", "asked again", "made up"])
def test_a_link_that_is_not_good_makes_nobody_a_member(session: Session, what: str) -> None:
    desk = make_desk(session)
    email = "other@example.com" if what == "other address" else "new@example.com"
    person = make_person(session, "Nora", email=email)
    secret = asked(session, desk)
    (invitation,) = session.scalars(select(HostInvitation))
    if what == "withdrawn":
        withdraw_invitation(session, actor=desk.lead, now=NOW, visit=desk.visit, invitation_id=invitation.id)
    if what == "asked again":
        assert asked(session, desk) != secret
    now = NOW + timedelta(days=14) if what == "too old" else NOW
    with pytest.raises(Refused):
        accept_invitation(session, actor=person, now=now, secret="x" if what == "made up" else secret)
    assert role_of(session, desk, email) is None


def test_a_withdrawn_invitation_is_not_mailed_any_more(session: Session) -> None:
    desk = make_desk(session)
    asked(session, desk)
    (invitation,) = session.scalars(select(HostInvitation))
    for _time in range(2):
        if invitation.state is InvitationState.OPEN:
            withdraw_invitation(
                session, actor=desk.lead, now=NOW, visit=desk.visit, invitation_id=invitation.id
            )
    (mail,) = session.scalars(select(Message).where(Message.kind == "team.invited"))
    assert mail.state is MessageState.WITHDRAWN
    with pytest.raises(Refused, match="already"):
        withdraw_invitation(session, actor=desk.lead, now=NOW, visit=desk.visit, invitation_id=invitation.id)


def test_a_member_is_not_invited_again_and_a_lead_stays_one(session: Session) -> None:
    desk = make_desk(session)
    with pytest.raises(Refused) as refusal:
        asked(session, desk, desk.reviewer.email)
    assert refusal.value.field == "email"


@pytest.mark.parametrize(
    ("as_organiser", "leads", "goes"), [(False, 1, False), (False, 2, True), (True, 1, True)]
)
def test_only_the_organiser_can_leave_a_visit_without_a_lead(
    session: Session, as_organiser: bool, leads: int, goes: bool
) -> None:
    desk = make_desk(session)
    if leads == 2:
        make_host(session, desk.visit, "Second Lead")

    def act() -> None:
        remove_member(
            session,
            actor=desk.organiser if as_organiser else desk.lead,
            now=NOW,
            visit=desk.visit,
            person_id=desk.lead.id,
            as_organiser=as_organiser,
        )

    if goes:
        act()
    else:
        with pytest.raises(Refused, match="keeps a lead"):
            act()
    assert (session.get(HostMember, (desk.visit.id, desk.lead.id)) is None) == goes


def test_the_team_costs_the_same_whatever_its_size(session: Session) -> None:
    desk = make_desk(session, "Ada")
    score_all(session, desk, "Ada", 3)
    session.flush()
    with counting(db.engine) as seen:
        found = list_members(session, desk.visit)
    assert len(seen) == 1
    assert [(one.person.name, one.role, one.read) for one in found] == [
        ("Lea Lead", HostRole.LEAD, 1),
        ("Rita Reviewer", HostRole.REVIEWER, 0),
    ]


def test_from_the_team_page_to_a_new_account_in_the_team(app: Flask, client_of: ClientOf) -> None:
    with writing() as session:
        desk = make_desk(session, "Ada")
    lead, page = client_of(desk.lead), f"/host/{desk.visit.slug}/team"
    assert lead.post(page, data={"email": "no address", "role": "expert"}).status_code == 422
    assert lead.post(page, data={"email": "New@Example.com", "role": "expert"}).status_code == 302
    assert "new@example.com" in lead.get(page).text
    reading().rollback()
    link = f"/invitations/{secret_for(reading(), 'new@example.com')}"
    visitor = app.test_client()
    shown = visitor.get(link).text
    assert "new@example.com" not in shown, "whoever finds the link does not learn the address"
    assert visitor.post(link, data={"name": "Nora New", "password": "short"}).status_code == 422
    joined = visitor.post(link, data={"name": "Nora New", "password": "four plain words here"})
    assert "/sign-in" in joined.headers["Location"]
    assert "cannot be used any more" in visitor.get(link).text
    reading().rollback()
    person = find_person(reading(), "new@example.com")
    assert person
    assert person.email_verified_at == NOW
    expert = client_of(person)
    assert expert.get(f"/host/{desk.visit.slug}").status_code == 200
    assert expert.get(f"/host/{desk.visit.slug}/agenda").status_code == 404
    for closed in ("team", "hand-over", "names"):
        assert expert.get(f"/host/{desk.visit.slug}/{closed}").status_code == 403


def test_who_has_an_account_signs_in_and_presses_a_button(app: Flask, client_of: ClientOf) -> None:
    with writing() as session:
        desk = make_desk(session)
        person = make_person(session, "Nora", email="new@example.com")
        other = make_person(session, "Olaf")
        secret = asked(session, desk, role=HostRole.REVIEWER)
    link = f"/invitations/{secret}"
    assert "Sign in to join" in app.test_client().get(link).text
    assert app.test_client().post(link, data={"name": "x", "password": "y"}).status_code == 422
    assert "another address" in client_of(other).get(link).text
    assert client_of(other).post(link).status_code == 422
    answer = client_of(person).post(link)
    assert answer.headers["Location"].endswith(f"/host/{desk.visit.slug}")
    assert client_of(person).get(answer.headers["Location"]).status_code == 200


def test_who_is_taken_off_while_writing_is_told_and_loses_no_word(app: Flask, client_of: ClientOf) -> None:
    with writing() as session:
        desk = make_desk(session, "Ada")
        stranger = make_host(session, make_desk(session).visit, "Stranger")
    path = f"/host/{desk.visit.slug}/choices/{desk.choices['Ada']}"
    client, note = client_of(desk.reviewer), "A long note about <b>Ada</b>"
    assert client.get(path).status_code == 200
    removed = client_of(desk.lead).post(f"/host/{desk.visit.slug}/team/{desk.reviewer.id}/remove")
    assert removed.status_code == 302
    answer = client.post(path, data={"version": "0", "score_0": "3", "note": note})
    assert answer.status_code == 403, "still signed in as a host elsewhere or not, the answer is clear"
    reading().rollback()
    assert reading().scalar(select(Review.id)) is None
    assert client_of(stranger).post(path, data={"note": note}).status_code == 404


def test_the_note_of_a_former_member_is_shown_back(app: Flask, client_of: ClientOf) -> None:
    with writing() as session:
        desk = make_desk(session, "Ada")
        make_host(session, make_desk(session).visit, "Somebody")
        elsewhere = make_desk(session)
        session.add(
            HostMember(visit_id=elsewhere.visit.id, person_id=desk.reviewer.id, role=HostRole.REVIEWER)
        )
    path = f"/host/{desk.visit.slug}/choices/{desk.choices['Ada']}"
    client_of(desk.lead).post(f"/host/{desk.visit.slug}/team/{desk.reviewer.id}/remove")
    answer = client_of(desk.reviewer).post(
        path, data={"version": "0", "note": "A long note about <b>Ada</b>"}
    )
    assert answer.status_code == 403
    assert "A long note about &lt;b&gt;Ada&lt;/b&gt;" in answer.text
    assert client_of(desk.reviewer).get(path).status_code == 404

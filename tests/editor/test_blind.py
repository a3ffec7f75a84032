"""When a call may begin, or cease, to be read without names; and what that keeps from happening later."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from peer_visits.calls.models import Call
from peer_visits.calls.states import CallState
from peer_visits.editor.services.publishing import extend_call
from peer_visits.editor.services.settings import change_settings
from peer_visits.editor.services.visits import take_out_visit
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.zones import to_wall
from peer_visits.shortlist.models import Shortlist
from peer_visits.shortlist.services.team import invite, remove_member
from peer_visits.shortlist.states import Proposal
from peer_visits.visits.models import Visit
from peer_visits.visits.states import HostRole
from tests.support.factories import NOW
from tests.support.shortlist_factories import HostDesk, make_desk, put, score_all


def settings(call: Call, **changes: Any) -> dict[str, Any]:
    names = ("title", "zone", "shortlists_by", "answers_by", "max_choices", "blind")
    walls = {
        name: to_wall(moment, call.zone).replace(microsecond=0)
        for name, moment in (("opens", call.opens_at), ("closes", call.closes_at))
    }
    return {**{name: getattr(call, name) for name in names}, **walls, **changes}


def switch(session: Session, desk: HostDesk, *, blind: bool) -> None:
    values = settings(desk.call, blind=blind)
    change_settings(
        session, actor=desk.organiser, now=NOW, call=desk.call, version=desk.call.version, **values
    )
    session.refresh(desk.call)


def test_it_can_be_switched_as_long_as_nobody_has_read(session: Session) -> None:
    desk = make_desk(session, "Ada")
    for blind in (True, False):
        switch(session, desk, blind=blind)
        assert desk.call.blind is blind


@pytest.mark.parametrize("begun_by", ["a score", "a place on a pile"])
@pytest.mark.parametrize("blind", [True, False])
def test_once_reading_has_begun_it_stays_as_it_is(session: Session, begun_by: str, blind: bool) -> None:
    desk = make_desk(session, "Ada")
    desk.call.blind = not blind
    if begun_by == "a score":
        score_all(session, desk, "Ada", 3)
    else:
        put(session, desk, Proposal.SHORTLISTED, "Ada")
    with pytest.raises(Refused) as refusal:
        switch(session, desk, blind=blind)
    assert refusal.value.field == "blind"
    switch(session, desk, blind=not blind)  # everything else can still be saved


@pytest.mark.parametrize("revealed", [True, False])
def test_a_call_whose_names_somebody_knows_is_not_extended(session: Session, revealed: bool) -> None:
    desk = make_desk(session, "Ada")
    desk.call.blind = True
    session.merge(Shortlist(visit_id=desk.visit.id, revealed_at=NOW if revealed else None))
    session.flush()
    later = to_wall(NOW + timedelta(days=3), desk.call.zone).replace(microsecond=0)

    def extend() -> None:
        extend_call(
            session,
            actor=desk.organiser,
            now=NOW,
            call=desk.call,
            version=desk.call.version,
            closes=later,
            answers_by=None,
        )

    if revealed:
        with pytest.raises(Refused, match="know the names"):
            extend()
    else:
        extend()
    assert (desk.call.closes_at > NOW) is not revealed


def test_a_visit_of_a_draft_goes_with_its_invitations_and_former_members(session: Session) -> None:
    desk = make_desk(session)
    desk.call.state = CallState.DRAFT
    who: dict[str, Any] = {"actor": desk.organiser, "now": NOW, "visit": desk.visit}
    invite(session, email="new@example.com", role=HostRole.EXPERT, **who)
    remove_member(session, person_id=desk.reviewer.id, as_organiser=True, **who)
    take_out_visit(session, **who)
    session.flush()
    assert session.get(Visit, desk.visit.id) is None

"""What a host team does: read and score, put in order, hand over; and the organiser's reopening."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Choice
from peer_visits.audit.services import record
from peer_visits.calls.models import Call, Criterion
from peer_visits.calls.queries import list_organisers
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.kernel.text import phrase
from peer_visits.outbox.services import post
from peer_visits.shortlist import messages
from peer_visits.shortlist.models import Review, Score, Shortlist, ShortlistEntry
from peer_visits.shortlist.queries import count_piles, find_choice, find_review, list_choice_ids, list_entries
from peer_visits.shortlist.rules import inserted, stepped, weighted_score
from peer_visits.shortlist.states import SHORTLIST, Proposal, ShortlistCommand, ShortlistState
from peer_visits.storage.steps import update_one
from peer_visits.visits.models import Visit
from peer_visits.visits.queries import list_host_team

Order = dict[Proposal, list[uuid.UUID]]


def save_review(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    visit: Visit,
    choice_id: uuid.UUID,
    version: int,
    scores: Mapping[uuid.UUID, int],
    conflict_of_interest: bool,
    note: str,
) -> Review:
    """Keep one person's reading of a choice. With a conflict of interest no score is kept."""
    _require(_shortlist(session, visit), ShortlistCommand.REVIEW)
    choice = find_choice(session, visit, choice_id)
    if choice is None:
        raise Refused(phrase("This application has been withdrawn meanwhile."))
    choice.is_read = True
    criteria = session.scalars(select(Criterion).where(Criterion.call_id == visit.call_id)).all()
    counted = {} if conflict_of_interest else _checked(scores, criteria)
    review = find_review(session, actor, choice_id)
    if review and _is_same(review, counted, note, conflict_of_interest=conflict_of_interest):
        return review  # sent twice, a double click: saved once
    review = _next_version(session, review, actor, choice_id, version, now)
    review.conflict_of_interest, review.note, review.saved_at = conflict_of_interest, note, now
    review.points = weighted_score(counted, criteria)
    session.flush()
    session.execute(delete(Score).where(Score.review_id == review.id))
    session.add_all(
        [Score(review_id=review.id, criterion_id=one, value=value) for one, value in counted.items()]
    )
    record(
        session,
        actor=actor,
        now=now,
        action="review.saved",
        subject=review,
        programme_id=visit.call.programme_id,
        scored=len(counted),
        conflict_of_interest=conflict_of_interest,
    )
    return review


def _checked(scores: Mapping[uuid.UUID, int], criteria: Sequence[Criterion]) -> dict[uuid.UUID, int]:
    maxima = {criterion.id: criterion.maximum for criterion in criteria}
    for criterion_id, value in scores.items():
        if not 0 <= value <= maxima.get(criterion_id, -1):
            raise Refused(phrase("A score lies outside its scale."))
    return dict(scores)


def _is_same(
    review: Review, scores: Mapping[uuid.UUID, int], note: str, *, conflict_of_interest: bool
) -> bool:
    stored = {score.criterion_id: score.value for score in review.scores}
    return (stored, review.note, review.conflict_of_interest) == (scores, note, conflict_of_interest)


def _next_version(
    session: Session, review: Review | None, actor: Person, choice_id: uuid.UUID, version: int, now: datetime
) -> Review:
    if review is None:
        review = Review(choice_id=choice_id, reviewer_id=actor.id, saved_at=now, version=1)
        session.add(review)
    elif review.version != version:
        raise Stale
    else:
        review.version = version + 1
    return review


def place_choices(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    visit: Visit,
    version: int,
    choice_ids: Sequence[uuid.UUID],
    proposal: Proposal | None,
    position: int | None = None,
) -> int:
    """Put choices on a pile, at a position or at its end; without a pile they are to decide again."""
    shortlist = _touched(session, visit, version)
    known = list_choice_ids(session, visit, choice_ids)
    if not known:
        raise Refused(phrase("Choose at least one applicant first."))
    order = {pile: [one for one in ids if one not in known] for pile, ids in _order(session, visit).items()}
    if proposal is not None:
        order[proposal] = inserted(order[proposal], known, position)
    _write_order(session, visit, order)
    _record_order(session, actor, now, visit, shortlist, moved=len(known), to=proposal)
    return len(known)


def step_choice(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    visit: Visit,
    version: int,
    choice_id: uuid.UUID,
    by: int,
) -> None:
    """Move one line up (-1) or down (+1) within its pile."""
    shortlist = _touched(session, visit, version)
    order = _order(session, visit)
    pile = next((pile for pile, ids in order.items() if choice_id in ids), None)
    if pile is None or pile is Proposal.NOT_PROPOSED:
        raise Refused(phrase("Only the shortlist and the reserve have an order."))
    order[pile] = stepped(order[pile], choice_id, by)
    _write_order(session, visit, order)
    _record_order(session, actor, now, visit, shortlist, moved=1, to=pile)


def hand_over(
    session: Session, *, actor: Person, now: datetime, visit: Visit, version: int, note: str
) -> None:
    """Send the shortlist to the organiser; it is locked from now on. Only after the call has closed."""
    if now < visit.call.closes_at:
        raise Refused(phrase("The call is still open: applications can come and change until it closes."))
    if visit.call.decided_at:
        raise Refused(phrase("The call has been decided; its shortlists stay as they are."))
    shortlist = _shortlist(session, visit)
    _step(
        session,
        shortlist,
        ShortlistCommand.HAND_OVER,
        version,
        handed_over_at=now,
        handed_over_by=actor.id,
        note=note,
    )
    counts = count_piles(session, visit)
    record(
        session,
        actor=actor,
        now=now,
        action="shortlist.handed_over",
        subject=shortlist,
        programme_id=visit.call.programme_id,
        **counts,
    )
    for organiser in list_organisers(session, visit.call.programme_id):
        post(session, messages.handed_over(shortlist, organiser, visit, actor, counts), now=now)


def reopen_shortlist(session: Session, *, actor: Person, now: datetime, visit: Visit) -> None:
    """Give the shortlist back to its host team, as long as the call is not decided."""
    if session.get_one(Call, visit.call_id).decided_at:
        raise Refused(phrase("The call has been decided; its shortlists stay as they are."))
    shortlist = _shortlist(session, visit)
    _step(
        session,
        shortlist,
        ShortlistCommand.REOPEN,
        shortlist.version,
        handed_over_at=None,
        handed_over_by=None,
    )
    record(
        session,
        actor=actor,
        now=now,
        action="shortlist.reopened",
        subject=shortlist,
        programme_id=visit.call.programme_id,
    )
    for member in list_host_team(session, visit.id):
        post(session, messages.reopened(shortlist, member, visit), now=now)


def _shortlist(session: Session, visit: Visit) -> Shortlist:
    shortlist = session.get(Shortlist, visit.id, with_for_update=True)
    if shortlist is None:
        shortlist = Shortlist(visit_id=visit.id, state=ShortlistState.OPEN, version=0, note="")
        session.add(shortlist)
        session.flush()
    return shortlist


def _require(shortlist: Shortlist, command: ShortlistCommand) -> None:
    SHORTLIST.step(shortlist.state, command)


def _touched(session: Session, visit: Visit, version: int) -> Shortlist:
    """The shortlist, one version on. Raises Stale if somebody of the team was first."""
    shortlist = _shortlist(session, visit)
    _step(session, shortlist, ShortlistCommand.ORDER, version)
    return shortlist


def _step(
    session: Session, shortlist: Shortlist, command: ShortlistCommand, version: int, **values: object
) -> None:
    after = SHORTLIST.step(shortlist.state, command)
    update_one(
        session,
        Shortlist,
        Shortlist.visit_id == shortlist.visit_id,
        Shortlist.state == shortlist.state,
        Shortlist.version == version,
        state=after,
        version=version + 1,
        **values,
    )
    session.refresh(shortlist)


def _order(session: Session, visit: Visit) -> Order:
    order: Order = {pile: [] for pile in Proposal}
    for entry in list_entries(session, visit.id):
        order[entry.proposal].append(entry.choice_id)
    return order


def _write_order(session: Session, visit: Visit, order: Order) -> None:
    """Write what differs only; entries of withdrawn applications go with it."""
    stored = session.scalars(select(ShortlistEntry).where(ShortlistEntry.visit_id == visit.id))
    entries = {entry.choice_id: entry for entry in stored}
    for pile, ids in order.items():
        for position, choice_id in enumerate(ids, start=1):
            entry = entries.pop(choice_id, None) or _new_entry(session, visit, choice_id)
            entry.proposal = pile
            entry.position = None if pile is Proposal.NOT_PROPOSED else position
    for entry in entries.values():
        session.delete(entry)
    session.flush()


def _new_entry(session: Session, visit: Visit, choice_id: uuid.UUID) -> ShortlistEntry:
    entry = ShortlistEntry(choice_id=choice_id, visit_id=visit.id)
    session.add(entry)
    return entry


def _record_order(
    session: Session,
    actor: Person,
    now: datetime,
    visit: Visit,
    shortlist: Shortlist,
    *,
    moved: int,
    to: Proposal | None,
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        action="shortlist.ordered",
        subject=shortlist,
        programme_id=visit.call.programme_id,
        moved=moved,
        to=to or "to_decide",
    )


def leave_shortlists(session: Session, application_id: uuid.UUID) -> None:
    """Take a withdrawn application's choices off every pile; what was read about them stays on record."""
    of_application = select(Choice.id).where(Choice.application_id == application_id)
    session.execute(delete(ShortlistEntry).where(ShortlistEntry.choice_id.in_(of_application)))

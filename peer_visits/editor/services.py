"""What an organiser does to prepare a call: make it, change it, publish it, extend it, use it again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice
from peer_visits.audit.services import record
from peer_visits.calls.models import Call, Criterion, Programme
from peer_visits.calls.rules import phase
from peer_visits.calls.states import CallPhase, CallState
from peer_visits.editor.messages import call_extended
from peer_visits.editor.rules import OPENS_AFTER, STAYS_OPEN, Lacking, lacking_to_publish, make_slug
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import phrase
from peer_visits.kernel.zones import to_utc, to_wall
from peer_visits.library.services import index_again
from peer_visits.organiser.queries import list_drafts
from peer_visits.outbox.services import post
from peer_visits.questions.definition import Condition, read_definition
from peer_visits.questions.models import Question, Section
from peer_visits.questions.queries import list_questions, list_sections, read_questionnaire
from peer_visits.questions.starting import add_starting_questions
from peer_visits.shortlist.models import FormerMember, HostInvitation, Review, Shortlist, ShortlistEntry
from peer_visits.storage.steps import update_one
from peer_visits.visits.models import HostMember, Visit
from peer_visits.visits.queries import list_visits_of_call

ZONE = "Europe/Brussels"
_CRITERIA = (
    ("Expertise", "What the applicant already knows and can bring to the group."),
    ("Learning needs", "How clearly the applicant says what to learn, and how the visit answers it."),
)
# What a clone takes over as it is.
_CLONED = (
    "summary",
    "welcome",
    "privacy",
    "languages",
    "zone",
    "max_choices",
    "places_per_person",
    "answer_days",
    "moves_deadlines",
    "grace_minutes",
    "promotion_stops_days",
    "upgrade_chain",
    "eligible_countries",
    "eligible_kinds",
    "most_per_country",
    "most_per_organisation",
    "asks_substitute",
    "blind",
    "score_order",
)
_CLONED_VISIT = (
    "host_name",
    "host_kind",
    "place",
    "country",
    "called_title",
    "topic",
    "about",
    "format",
    "zone",
    "capacity",
    "language",
)


@dataclass(frozen=True)
class CriterionContent:
    """One criterion as typed; `id` is none for a new one."""

    id: uuid.UUID | None
    titles: dict[str, str]
    helps: dict[str, str]
    anchors: dict[str, dict[str, str]]
    weight: int
    maximum: int


def create_call(session: Session, *, actor: Person, now: datetime, programme: Programme, title: str) -> Call:
    """A draft with a default window, two criteria and two questions to begin with."""
    call = _new_call(session, now, programme, title)
    session.add(call)
    session.flush()
    for position, (name, words) in enumerate(_CRITERIA, start=1):
        session.add(Criterion(call_id=call.id, position=position, titles={"en": name}, helps={"en": words}))
    add_starting_questions(session, call.id)
    _record(session, actor, now, call, "call.created")
    return call


def _new_call(session: Session, now: datetime, programme: Programme, title: str, zone: str = ZONE) -> Call:
    opens = to_wall(now + OPENS_AFTER, zone).replace(hour=10, minute=0, second=0, microsecond=0)
    closes = (opens + STAYS_OPEN).replace(hour=23, minute=59, second=59)
    return Call(
        id=new_id(),
        programme_id=programme.id,
        slug=make_slug(title, set(session.scalars(select(Call.slug)))),
        title=title,
        zone=zone,
        opens_wall=opens.isoformat(),
        closes_wall=closes.isoformat(),
        opens_at=to_utc(opens, zone),
        closes_at=to_utc(closes, zone),
    )


def change_settings(
    session: Session, *, actor: Person, now: datetime, call: Call, version: int, **values: Any
) -> None:
    """Save the settings; `opens` and `closes` are wall times in the call's zone. Raises Refused or Stale.

    Once the call is public its window moves only by closing early or extending, and no promise shrinks.
    """
    _check_changeable(call)
    if call.state is not CallState.DRAFT:
        _check_promises(call, now, values)
    _check_blind(session, call, blind=values["blind"])
    moments = _window(values.pop("opens"), values.pop("closes"), values["zone"])
    if values["answers_by"] and values["answers_by"] <= moments["closes_at"].date():
        raise Refused(phrase("Choose a day after the call has closed."), field="answers_by")
    _check_shortlists_by(values, moments["closes_at"].date())
    before = {name: getattr(call, name) for name in values}
    changed = sorted(name for name, value in values.items() if before[name] != value)
    update_one(
        session,
        Call,
        Call.id == call.id,
        Call.version == version,
        version=version + 1,
        **moments,
        **values,
    )
    _record(session, actor, now, call, "call.changed", fields=changed)


def _check_shortlists_by(values: Mapping[str, Any], closes_on: date) -> None:
    """Hosts hand over after the call has closed, and before people are promised their answer."""
    day, answers_by = values["shortlists_by"], values["answers_by"]
    if day and day <= closes_on:
        raise Refused(phrase("Choose a day after the call has closed."), field="shortlists_by")
    if day and answers_by and day > answers_by:
        raise Refused(phrase("Choose a day no later than the day of the answers."), field="shortlists_by")


def _check_promises(call: Call, now: datetime, values: Mapping[str, Any]) -> None:
    opens, closes = values["opens"].isoformat(), values["closes"].isoformat()
    if closes != call.closes_wall or values["zone"] != call.zone:
        raise Refused(
            phrase("The call is public: its end moves by extending it or closing it early."), field="closes"
        )
    if opens != call.opens_wall and phase(call, now) is not CallPhase.UPCOMING:
        raise Refused(phrase("The call has opened already."), field="opens")
    if values["max_choices"] < call.max_choices:
        raise Refused(
            phrase("Somebody may have chosen as many already; the number can only grow."), field="max_choices"
        )


def _check_blind(session: Session, call: Call, *, blind: bool) -> None:
    """What somebody has read with names cannot be read without; and the other way round nobody was asked."""
    if blind != call.blind and (_is_scored(session, call) or _is_ordered(session, call)):
        raise Refused(
            phrase("Hosts have begun to read: whether they see names stays as it is for this call."),
            field="blind",
        )


def _is_ordered(session: Session, call: Call) -> bool:
    query = (
        select(ShortlistEntry.choice_id)
        .join(Visit, Visit.id == ShortlistEntry.visit_id)
        .where(Visit.call_id == call.id)
        .limit(1)
    )
    return session.scalar(query) is not None


def _window(opens: datetime, closes: datetime, zone: str) -> dict[str, Any]:
    if opens >= closes:
        raise Refused(phrase("The call would close before it opens."), field="closes")
    return {
        "opens_wall": opens.isoformat(),
        "closes_wall": closes.isoformat(),
        "opens_at": to_utc(opens, zone),
        "closes_at": to_utc(closes, zone),
    }


def save_criteria(
    session: Session, *, actor: Person, now: datetime, call: Call, wanted: Sequence[CriterionContent]
) -> None:
    """These criteria in this order. Once somebody has scored, only words may change."""
    _check_changeable(call)
    present = {one.id: one for one in _criteria(session, call)}
    if _is_scored(session, call) and not _same_scales(present, wanted):
        raise Refused(
            phrase(
                "A host has scored already: titles and help may change, but not weights, scales or their number."
            )
        )
    kept = {one.id for one in wanted if one.id}
    if not kept <= present.keys():
        raise Refused(phrase("A criterion was removed meanwhile. Look at the list again."))
    for identity, criterion in present.items():
        if identity not in kept:
            session.delete(criterion)
    # Positions are unique: everything steps aside first.
    for offset, criterion in enumerate(present.values()):
        criterion.position = 1000 + offset
    session.flush()
    for position, content in enumerate(wanted, start=1):
        criterion = present[content.id] if content.id else Criterion(call_id=call.id)
        criterion.position, criterion.titles, criterion.helps = position, content.titles, content.helps
        criterion.anchors = content.anchors
        criterion.weight, criterion.maximum = content.weight, content.maximum
        session.add(criterion)
    session.flush()
    _record(session, actor, now, call, "call.criteria_changed", criteria=len(wanted))


def _criteria(session: Session, call: Call) -> Sequence[Criterion]:
    query = select(Criterion).where(Criterion.call_id == call.id).order_by(Criterion.position)
    return session.scalars(query).all()


def _is_scored(session: Session, call: Call) -> bool:
    query = (
        select(Review.id)
        .join(Choice, Choice.id == Review.choice_id)
        .join(Application, Application.id == Choice.application_id)
        .where(Application.call_id == call.id)
        .limit(1)
    )
    return session.scalar(query) is not None


def _same_scales(present: Mapping[uuid.UUID, Criterion], wanted: Sequence[CriterionContent]) -> bool:
    before = {identity: (one.weight, one.maximum) for identity, one in present.items()}
    return before == {one.id: (one.weight, one.maximum) for one in wanted}


def add_visit(session: Session, *, actor: Person, now: datetime, call: Call, **values: Any) -> Visit:
    """A visit at the end of the call, with an empty shortlist for its hosts to fill."""
    _check_visits_changeable(call)
    last = session.scalar(select(func.max(Visit.position)).where(Visit.call_id == call.id)) or 0
    year = (values.get("announced_starts_on") or now.date()).year
    visit = Visit(
        id=new_id(),
        call_id=call.id,
        slug=make_slug(f"{values['place']} {year}", set(session.scalars(select(Visit.slug)))),
        position=last + 1,
        **values,
    )
    session.add(visit)
    session.flush()
    session.add(Shortlist(visit_id=visit.id))
    _record(session, actor, now, call, "visit.added", visit=visit.slug)
    return visit


def change_visit(
    session: Session, *, actor: Person, now: datetime, visit: Visit, version: int, **values: Any
) -> None:
    """Save what is said about a visit. Raises Stale; a public visit may get more places, not fewer."""
    call = session.get_one(Call, visit.call_id)
    if call.state is CallState.ARCHIVED:
        raise Refused(phrase("The call is archived; its visits stay as they were."))
    if call.state is not CallState.DRAFT and values["capacity"] < visit.capacity:
        raise Refused(phrase("The visit is public; it may get more places, not fewer."), field="capacity")
    update_one(session, Visit, Visit.id == visit.id, Visit.version == version, version=version + 1, **values)
    index_again(session, visit.id)
    _record(session, actor, now, call, "visit.changed", visit=visit.slug)


def remove_visit(session: Session, *, actor: Person, now: datetime, visit: Visit) -> None:
    """Take a visit out of a draft call, with its host team and whoever was invited into it."""
    call = session.get_one(Call, visit.call_id)
    _check_visits_changeable(call)
    _record(session, actor, now, call, "visit.removed", visit=visit.slug)
    for model in (HostMember, HostInvitation, FormerMember):
        session.execute(delete(model).where(model.visit_id == visit.id))
    shortlist = session.get(Shortlist, visit.id)
    if shortlist:
        session.delete(shortlist)
    session.flush()
    session.delete(visit)


def order_visits(
    session: Session, *, actor: Person, now: datetime, call: Call, order: Sequence[uuid.UUID]
) -> None:
    """The visits in this order. Raises Refused if the call has others by now."""
    _check_changeable(call)
    visits = {one.id: one for one in list_visits_of_call(session, call.id)}
    if sorted(order) != sorted(visits):
        raise Refused(phrase("The visits have changed meanwhile. Look at the list again."))
    for offset, visit in enumerate(visits.values()):
        visit.position = 1000 + offset
    session.flush()
    for position, identity in enumerate(order, start=1):
        visits[identity].position = position
    session.flush()
    _record(session, actor, now, call, "visits.ordered")


def find_lacking(session: Session, call: Call, now: datetime) -> list[Lacking]:
    """What keeps a call from being published."""
    return lacking_to_publish(
        call,
        list_visits_of_call(session, call.id),
        len(_criteria(session, call)),
        read_questionnaire(session, call.id).all(),
        now,
    )


def publish_call(session: Session, *, actor: Person, now: datetime, call: Call) -> None:
    """Show the call to everybody. Raises Refused as long as something is missing."""
    if call.state is not CallState.DRAFT:
        raise Refused(phrase("The call is public already."))
    lacking = find_lacking(session, call, now)
    if lacking:
        raise Refused(lacking[0].reason)
    _step(session, call, CallState.PUBLISHED)
    _record(session, actor, now, call, "call.published")


def archive_call(session: Session, *, actor: Person, now: datetime, call: Call) -> None:
    """Put an answered call away: it stays readable and changes no more."""
    if call.state is not CallState.PUBLISHED or not call.decided_at:
        raise Refused(phrase("Only a call that has been decided can be archived."))
    _step(session, call, CallState.ARCHIVED)
    _record(session, actor, now, call, "call.archived")


def _step(session: Session, call: Call, state: CallState) -> None:
    update_one(
        session,
        Call,
        Call.id == call.id,
        Call.version == call.version,
        Call.state == call.state,
        state=state,
        version=call.version + 1,
    )
    session.refresh(call)


def extend_call(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    call: Call,
    version: int,
    closes: datetime,
    answers_by: date | None,
) -> int:
    """Move the end of a public call later, and tell everyone with a draft; returns how many are told.

    `closes` is a wall time in the call's zone. A call that has just closed opens again by it.
    """
    if call.state is not CallState.PUBLISHED or call.decided_at:
        raise Refused(phrase("Only a public call that is not decided can be extended."))
    closes_at = to_utc(closes, call.zone)
    if closes_at <= max(call.closes_at, now):
        raise Refused(phrase("Choose a moment after the present end and after now."), field="closes")
    if answers_by and answers_by <= closes_at.date():
        raise Refused(phrase("Choose a day after the call has closed."), field="answers_by")
    if call.blind and _is_revealed(session, call):
        raise Refused(
            phrase(
                "Some hosts know the names by now: whoever applied later would not be read as the others were."
            )
        )
    before = call.closes_wall
    update_one(
        session,
        Call,
        Call.id == call.id,
        Call.version == version,
        version=version + 1,
        closes_at=closes_at,
        closes_wall=closes.isoformat(),
        answers_by=answers_by,
    )
    session.refresh(call)
    _record(session, actor, now, call, "call.extended", before=before, after=call.closes_wall)
    drafts = list_drafts(session, call.id)
    for draft in drafts:
        post(session, call_extended(draft, call), now=now)
    return len(drafts)


def _is_revealed(session: Session, call: Call) -> bool:
    query = (
        select(Shortlist.visit_id)
        .join(Visit, Visit.id == Shortlist.visit_id)
        .where(Visit.call_id == call.id, Shortlist.revealed_at.is_not(None))
        .limit(1)
    )
    return session.scalar(query) is not None


def clone_call(
    session: Session, *, actor: Person, now: datetime, call: Call, title: str, with_visits: bool
) -> Call:
    """A new draft like an earlier call: settings, criteria, questions, and its visits if wanted."""
    programme = session.get_one(Programme, call.programme_id)
    clone = _new_call(session, now, programme, title, call.zone)
    for name in _CLONED:
        setattr(clone, name, getattr(call, name))
    clone.cloned_from_id = call.id
    session.add(clone)
    session.flush()
    for one in _criteria(session, call):
        session.add(
            Criterion(
                call_id=clone.id,
                position=one.position,
                titles=one.titles,
                helps=one.helps,
                anchors=one.anchors,
                weight=one.weight,
                maximum=one.maximum,
            )
        )
    _clone_questions(session, call, clone)
    if with_visits:
        _clone_visits(session, now, call, clone)
    session.flush()
    _record(session, actor, now, clone, "call.cloned", source=call.slug)
    return clone


def _clone_questions(session: Session, call: Call, clone: Call) -> None:
    sections = {one.id: new_id() for one in list_sections(session, call.id)}
    for section in list_sections(session, call.id):
        session.add(
            Section(
                id=sections[section.id],
                call_id=clone.id,
                position=section.position,
                titles=section.titles,
                intros=section.intros,
            )
        )
    session.flush()
    questions = list_questions(session, call.id)
    ids = {one.id: new_id() for one in questions}
    for question in questions:
        session.add(
            Question(
                id=ids[question.id],
                call_id=clone.id,
                section_id=sections[question.section_id],
                position=question.position,
                definition=_with_new_ids(question, ids),
                origin_id=question.origin_id or question.id,
            )
        )


def _with_new_ids(question: Question, ids: Mapping[uuid.UUID, uuid.UUID]) -> dict[str, Any]:
    definition = read_definition(question.definition)
    condition = definition.condition
    if condition:
        # The question it hangs on may be asked no longer: then everybody is asked.
        source = ids.get(condition.question)
        definition = replace(definition, condition=Condition(source, condition.values) if source else None)
    return definition.to_json()


def _clone_visits(session: Session, now: datetime, call: Call, clone: Call) -> None:
    taken = set(session.scalars(select(Visit.slug)))
    for visit in list_visits_of_call(session, call.id):
        slug = make_slug(f"{visit.place} {now.year}", taken)
        taken.add(slug)
        copy = Visit(
            id=new_id(),
            call_id=clone.id,
            slug=slug,
            position=visit.position,
            **{name: getattr(visit, name) for name in _CLONED_VISIT},
        )
        session.add(copy)
        session.flush()
        session.add(Shortlist(visit_id=copy.id))


def _check_changeable(call: Call) -> None:
    if call.state is CallState.ARCHIVED or call.decided_at:
        raise Refused(phrase("The call has been decided; it stays as it was."))


def _check_visits_changeable(call: Call) -> None:
    if call.state is not CallState.DRAFT:
        raise Refused(phrase("The call is public; visits can no longer be added or taken away."))


def _record(
    session: Session, actor: Person, now: datetime, call: Call, action: str, **detail: object
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        action=action,
        subject=call,
        programme_id=call.programme_id,
        **detail,
    )

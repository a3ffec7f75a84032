"""A person's page: what I take home, and what came of it. By the account, or by the link of a mail."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from peer_visits.accounts.consents import note_consent
from peer_visits.accounts.current import current_person
from peer_visits.followup.commitments.access import get_place_to_write
from peer_visits.followup.commitments.forms import (
    NUMBERS,
    AnswerForm,
    CommitmentsForm,
    answer_form,
    commitments_form,
)
from peer_visits.followup.commitments.links import KEY
from peer_visits.followup.commitments.models import CommitmentSheet
from peer_visits.followup.commitments.queries import LEARNERS, find_sheet, list_places_to_write
from peer_visits.followup.commitments.rules import is_open, may_write, months_passed
from peer_visits.followup.commitments.services import answer_commitment, write_commitments
from peer_visits.followup.commitments.states import ANSWERS, CommitmentState, Showing
from peer_visits.followup.commitments.views.blueprint import blueprint
from peer_visits.followup.commitments.words import REASONS, SHOWING, STATES
from peer_visits.places.access import get_own_place
from peer_visits.places.models import Place
from peer_visits.places.rules import first_day, last_day
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import reading
from peer_visits.web.formats import reader_locale
from peer_visits.web.moment import request_time


@blueprint.app_context_processor
def _share_with_templates() -> dict[str, Any]:
    return {"places_to_write": places_to_write, "may_write_for": may_write_for, "commitment_states": STATES}


def places_to_write() -> list[tuple[Place, bool]]:
    """The visits the reader came home from, each with whether they have written what they take home."""
    found = list_places_to_write(reading(), current_person().id)
    return [(place, written) for place, written in found if may_write_for(place)]


def may_write_for(place: Place) -> bool:
    """Whether the person of a place takes part in a visit that has begun."""
    visit = place.visit
    is_there = place.state is PlaceState.ACCEPTED and place.kind in LEARNERS
    return is_there and may_write(first_day(visit), visit.zone, request_time())


@dataclass(frozen=True)
class Door:
    """The way somebody came in: the place, if there is one, and where its forms lead."""

    place: Place | None
    secret: str | None = None

    def url(self, number: int | None = None) -> str:
        """The page, or the answer to one commitment."""
        name = ("answer" if number else "") + ("_by_link" if self.secret else "")
        values: dict[str, Any] = {"number": number} if number else {}
        values |= {"secret": self.secret} if self.secret else {"place_id": self.place and self.place.id}
        return url_for(f"commitments.{_ENDPOINTS[name]}", **values)


_ENDPOINTS = {
    "": "own",
    "answer": "answer",
    "_by_link": "by_link",
    "answer_by_link": "answer_by_link",
}


@blueprint.route("/places/<uuid:place_id>/commitments", methods=["GET", "POST"])
def own(place_id: uuid.UUID) -> ResponseReturnValue:
    """What I take home, of my own place."""
    return _write(_own(place_id))


@blueprint.route("/places/<uuid:place_id>/commitments/<int:number>", methods=["GET", "POST"])
def answer(place_id: uuid.UUID, number: int) -> ResponseReturnValue:
    """What came of one of them."""
    return _answer(_own(place_id), number)


@blueprint.route("/commitments/<secret>", methods=["GET", "POST"])
def by_link(secret: str) -> ResponseReturnValue:
    """The page of a mail. Opening it shows it, as a mail scanner does; only a button writes. No sign-in."""
    return _write(_linked(secret))


@blueprint.route("/commitments/<secret>/<int:number>", methods=["GET", "POST"])
def answer_by_link(secret: str, number: int) -> ResponseReturnValue:
    """An answer of a mail: shown when it is opened, given by the button."""
    return _answer(_linked(secret), number)


def _own(place_id: uuid.UUID) -> Door:
    return Door(get_own_place(reading(), current_person(), place_id, now=request_time()))


def _linked(secret: str) -> Door:
    links = current_app.extensions["session_info"][KEY]
    return Door(get_place_to_write(reading(), links.read(secret)), secret)


def _write(door: Door) -> ResponseReturnValue:
    if door.place is None:
        return _page(door)
    form = commitments_form(find_sheet(reading(), door.place.id), is_sent=True)
    command = partial(
        write_commitments,
        actor=door.place.person,
        now=request_time(),
        place_id=door.place.id,
        expected_version=form.expected_version,
        written=form.written,
    )
    if form.validate_on_submit() and form.carry_out(
        lambda session: _keep(session, door.place, form, command)
    ):
        flash(_("What you take home is saved."))
        return redirect(door.url())
    return _page(door, form)


def _keep(session: Session, place: Place | None, form: CommitmentsForm, command: Callable[..., None]) -> None:
    """Keep what was written, and note what was allowed under the words of the form."""
    showing = Showing(form.showing.data)
    command(session, showing=showing)
    allowed = {
        "commitments.shown": showing is not Showing.HIDDEN,
        "commitments.named": showing is Showing.NAMED,
    }
    for topic, is_given in allowed.items():
        if place:
            note_consent(
                session,
                person=place.person,
                now=request_time(),
                topic=topic,
                about=place,
                is_given=is_given,
                words=f"{form.showing.label.text}: {SHOWING[showing]}",
                language=str(reader_locale()).split("_", maxsplit=1)[0],
            )


def _answer(door: Door, number: int) -> ResponseReturnValue:
    sheet = find_sheet(reading(), door.place.id) if door.place else None
    found = next((one for one in sheet.commitments if one.number == number), None) if sheet else None
    if door.place is None or found is None:
        return redirect(door.url()) if request.method == "POST" else _page(door)
    form = answer_form(found, is_sent=request.method == "POST")
    if form.is_submitted() and _is_answered(door.place, number, form):
        flash(_("Thank you. Your answer is kept; you can change it here at any time."))
        return redirect(door.url())
    return _page(door, answered={number: form} if form.is_submitted() else {}, chosen=number)


def _is_answered(place: Place, number: int, form: AnswerForm) -> bool:
    return form.validate_on_submit() and form.carry_out(
        partial(
            answer_commitment,
            actor=place.person,
            now=request_time(),
            place_id=place.id,
            number=number,
            expected_version=form.expected_version,
            answer=form.content(),
        )
    )


def _page(
    door: Door,
    form: CommitmentsForm | None = None,
    *,
    answered: dict[int, AnswerForm] | None = None,
    chosen: int | None = None,
) -> ResponseReturnValue:
    """The page as it is now, with whatever a form has to say."""
    place = _fresh(door)
    if place is None:
        return render_template("followup/commitments/no_link.html"), 200
    sheet = find_sheet(reading(), place.id)
    sent = [one for one in (form, *(answered or {}).values()) if one and one.is_submitted()]
    page = render_template(
        "followup/commitments/own.html",
        door=door,
        place=place,
        visit=place.visit,
        sheet=sheet,
        form=form if form and form.is_submitted() else commitments_form(sheet, is_sent=False),
        failed=sent[0] if sent else None,
        answer_forms=_answer_forms(sheet, answered or {}),
        numbers=NUMBERS,
        can_write=may_write_for(place),
        chosen=chosen,
        chosen_answer=_chosen_answer() if chosen else None,
        **_asking(place, sheet),
    )
    return page, 422 if sent else 200


def _fresh(door: Door) -> Place | None:
    """The place as it is after whatever was tried."""
    return _linked(door.secret).place if door.secret else _own(door.place.id).place if door.place else None


def _answer_forms(sheet: CommitmentSheet | None, answered: dict[int, AnswerForm]) -> dict[int, AnswerForm]:
    found = sheet.commitments if sheet else []
    return {one.number: answered.get(one.number) or answer_form(one, is_sent=False) for one in found}


def _chosen_answer() -> CommitmentState | None:
    return next((state for state in ANSWERS if state.value == request.args.get("answer")), None)


def _asking(place: Place, sheet: CommitmentSheet | None) -> dict[str, Any]:
    months = months_passed(last_day(place.visit), place.visit.zone, request_time())
    waiting = {one.number for one in sheet.commitments if is_open(one, months)} if sheet else set()
    return {"months": months, "waiting": waiting, "answers": ANSWERS, "reasons": REASONS}

"""What is held about oneself: seen, taken along, erased; and what others may see of one."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import Response, flash, redirect, render_template, request, send_file, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import logout_user
from sqlalchemy.orm import Session

from peer_visits.accounts.consents import list_consents
from peer_visits.accounts.current import current_person
from peer_visits.accounts.models import Person
from peer_visits.accounts.throttle import count_attempt
from peer_visits.files.serving import current_store
from peer_visits.places.access import get_own_place
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.privacy.duties import find_duties
from peer_visits.privacy.ending import list_running
from peer_visits.privacy.erasing import erase_person, whose
from peer_visits.privacy.forms import EraseForm, ShowMeForm
from peer_visits.privacy.gathering import as_json, files_of, gather, names_of, pack
from peer_visits.privacy.people import ADDRESS, NAME, list_shown, own_answers, show_oneself
from peer_visits.privacy.restoring import list_path, write_list
from peer_visits.privacy.views.blueprint import blueprint
from peer_visits.privacy.words import (
    FATES,
    TOPICS,
    column_words,
    duty_words,
    in_order,
    plain_value,
    room_words,
    told_rooms,
)
from peer_visits.storage.transaction import reading, writing
from peer_visits.web.formats import reader_locale
from peer_visits.web.moment import request_time

# Rows of one kind on the page; all of them are in the download.
MOST_ROWS = 20


# What the macros about data say things with.
_WORDS: dict[str, Callable[..., Any]] = {
    "room_words": room_words,
    "fate_words": FATES.get,
    "held_value": plain_value,
    "column_words": column_words,
}
for _name, _words in _WORDS.items():
    blueprint.add_app_template_global(_words, _name)


@blueprint.get("/account/data")
def own() -> str:
    """Everything that is held about the person who asks, room by room."""
    person = current_person()
    rooms = sorted(gather(reading(), whose(reading(), person)), key=lambda one: in_order(one.room.name))
    return render_template(
        "privacy/own.html",
        rooms=rooms,
        names=names_of(reading(), rooms),
        most=MOST_ROWS,
        consents=list_consents(reading(), person),
        TOPICS=TOPICS,
    )


@blueprint.get("/account/data.zip")
def take() -> Response:
    """The same to take along: one JSON and the files."""
    theirs = whose(reading(), current_person())
    rooms = gather(reading(), theirs)
    told = as_json(rooms, names_of(reading(), rooms), theirs, request_time())
    response = send_file(
        pack(told, files_of(reading(), rooms), current_store()),
        mimetype="application/zip",
        as_attachment=True,
        download_name="my-data.zip",
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/account/data/erase", methods=["GET", "POST"])
def erase() -> ResponseReturnValue:
    """Erase oneself, having seen what goes, what ends and what stays."""
    person = current_person()
    form = EraseForm(own_email=person.email, password_hash=person.password_hash)
    if form.is_submitted():
        _count(person)
    keys: list[str] = []
    if form.validate_on_submit() and form.carry_out(
        lambda writer: keys.extend(erase_person(writer, person=person, now=request_time(), by=person))
    ):
        return _leave(keys)
    page = render_template("privacy/erase.html", form=form, **_consequences(person))
    return page, 422 if form.is_submitted() else 200


def _count(person: Person) -> None:
    """A stolen session must not guess the password."""
    with writing() as writer:
        count_attempt(
            writer,
            purpose="erase",
            email=person.email,
            network=request.remote_addr or "",
            now=request_time(),
        )


def _leave(keys: list[str]) -> ResponseReturnValue:
    """What is committed is followed by the files, the list for restores, and the end of the session."""
    for key in keys:
        current_store().remove(key)
    write_list(list_path())
    logout_user()
    session.clear()
    return redirect(url_for("privacy.erased"))


def _consequences(person: Person) -> dict[str, Any]:
    theirs = whose(reading(), person)
    return {
        "duties": [duty_words(one) for one in find_duties(reading(), person, request_time().date())],
        "running": list_running(reading(), person, request_time()),
        "rooms": gather(reading(), theirs, everything=True),
    }


@blueprint.get("/account/erased")
def erased() -> str:
    """The last page of an account."""
    return render_template("privacy/erased.html")


@blueprint.get("/privacy/fields")
def fields() -> str:
    """What is held about people, field by field, for everybody to read before they give anything."""
    return render_template("privacy/fields.html", rooms=told_rooms())


@blueprint.route("/places/<uuid:place_id>/people", methods=["GET", "POST"])
def people(place_id: uuid.UUID) -> ResponseReturnValue:
    """Who else takes part, as far as they allow it; and what one allows oneself."""
    place = _own_place(reading(), place_id)
    form = ShowMeForm(data=own_answers(reading(), place))
    if form.validate_on_submit() and form.carry_out(lambda writer: _show(writer, place_id, form)):
        flash(_("Your answer is kept. You can change it here at any time."))
        return redirect(url_for("privacy.people", place_id=place_id))
    place = _own_place(reading(), place_id)
    takes_part = place.state is PlaceState.ACCEPTED
    page = render_template(
        "privacy/people.html",
        place=place,
        visit=place.visit,
        form=form,
        people=list_shown(reading(), place) if takes_part else None,
    )
    return page, 422 if form.is_submitted() else 200


def _show(writer: Session, place_id: uuid.UUID, form: ShowMeForm) -> None:
    show_oneself(
        writer,
        actor=current_person(),
        now=request_time(),
        place=_own_place(writer, place_id),
        answers={NAME: bool(form.shows_name.data), ADDRESS: bool(form.shows_address.data)},
        words={NAME: str(form.shows_name.label.text), ADDRESS: str(form.shows_address.label.text)},
        language=str(reader_locale()).split("_", maxsplit=1)[0],
    )


def _own_place(session: Session, place_id: uuid.UUID) -> Place:
    return get_own_place(session, current_person(), place_id, now=request_time())

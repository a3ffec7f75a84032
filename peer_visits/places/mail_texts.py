"""The texts of the mails about places."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.wording.definition import Data, Slot, Wording, look_up
from peer_visits.outbox.wording.slots import block, link, moment, text, visit_slots
from peer_visits.outbox.wording.speech import Speech

PLACE_KINDS = {
    "host_guest": phrase("guest of the host"),
    "fellow_host": phrase("fellow host"),
    "speaker": phrase("speaker"),
}
_APPLICANT = phrase("Whoever applied")
_OFFERED = phrase("Whoever is offered a place")
_PARTICIPANT = phrase("Whoever holds a place")
_PLACE = link("place_link", phrase("The page of the place"), "/places/<place_id>")
_ANSWER = link("answer_link", phrase("The page on which the offer is answered"), "/offers/<token>")
_ANSWER_BY = moment("answer_by", phrase("Until when the offer can be answered"), needed=True)
_APPLICATION = link(
    "application_link", phrase("The page of the application"), "/applications/<application_id>"
)
_CALL = text("call", phrase("The title of the call"))
_EXPLANATION = text("explanation", phrase("What the organiser writes about it"), needed=True)
SAMPLE_VISIT = {
    "slug": "tampere-2021",
    "title": "Adopt a Monument",
    "host": "City of Tampere",
    "place": "Tampere",
    "starts_on": date(2026, 5, 11),
    "ends_on": date(2026, 5, 13),
    "dates_text": "",
}
_OTHER_VISIT = {
    **SAMPLE_VISIT,
    "slug": "rotterdam-2021",
    "title": "The Cooperation Model",
    "place": "Rotterdam",
}
_SAMPLE = {
    "place_id": uuid.UUID("00000000-0000-4000-8000-000000000002"),
    "application_id": uuid.UUID("00000000-0000-4000-8000-000000000001"),
    "visit": SAMPLE_VISIT,
    "call": "Peer-learning visits, spring",
    "call_slug": "peer-learning-visits-spring",
    "token": "a-sample",
    "answer_by": datetime(2026, 3, 2, 11, 0, tzinfo=UTC),
    "zone": "Europe/Brussels",
}


def _reason(data: Data, speech: Speech) -> str:
    reason = str(data.get("reason") or "")
    return speech.say(data["reason"]) if reason else ""


_REASON = Slot("reason", phrase("Why it was decided so"), _reason)


def _given_on(data: Data, _speech: Speech) -> str:
    return (
        f"{look_up(data, 'given_on.place')} ({look_up(data, 'given_on.title')})"
        if data.get("given_on")
        else ""
    )


def _place_kind(data: Data, speech: Speech) -> str:
    return speech.say(PLACE_KINDS[str(data["place_kind"])])


def _text(name: str, title: Phrase, reader: Phrase, *slots: Slot, **more: object) -> Wording:
    words_of = str(more.pop("words_of", ""))
    return Wording(
        name,
        title,
        reader,
        (*visit_slots(), *slots),
        {**_SAMPLE, **more},
        band="visit.slug",
        words_of=words_of,
    )


_OFFER = (_REASON, _ANSWER_BY, _ANSWER)
_TEXTS_OF_OFFERS = (
    _text(
        "offer.made",
        phrase("Offer of a place"),
        _OFFERED,
        *_OFFER,
        reason=phrase("The organiser placed you by hand."),
    ),
    _text("offer.from_waiting_list", phrase("Offer from the waiting list"), _OFFERED, *_OFFER, reason=""),
    _text("offer.upgrade", phrase("Offer of a better place"), _OFFERED, *_OFFER, reason=""),
    _text("offer.reminder", phrase("Reminder of an offer"), _OFFERED, _ANSWER_BY, _ANSWER),
    _text(
        "offer.reminder_last",
        phrase("Last reminder of an offer"),
        _OFFERED,
        *(_ANSWER_BY, _ANSWER),
        words_of="offer.reminder",
    ),
    _text(
        "offer.accepted",
        phrase("Receipt of a yes"),
        _PARTICIPANT,
        Slot("given_on", phrase("The place that is given on in exchange, if one is"), _given_on),
        _PLACE,
        given_on=_OTHER_VISIT,
    ),
    _text("offer.declined", phrase("Receipt of a no"), _OFFERED, _PLACE),
    _text("offer.lapsed", phrase("Offer lapsed"), _OFFERED, _ANSWER_BY),
    _text(
        "offer.withdrawn",
        phrase("Offer taken back"),
        _OFFERED,
        _EXPLANATION,
        explanation="The host has fewer rooms than announced.",
    ),
    _text(
        "offer.substitute_named",
        phrase("Somebody else proposed"),
        phrase("The organisers"),
        text("who", phrase("Who cannot come")),
        text("organisation", phrase("Where they come from")),
        text("substitute", phrase("Who is proposed")),
        text("substitute_email", phrase("Their address")),
        text("note", phrase("What the person writes, if anything")),
        link("places_link", phrase("All places of the call"), "/organise/calls/<call_slug>/places"),
        who="Alex Sample",
        organisation="Town of Sample",
        substitute="Kim Sample",
        substitute_email="kim@example.org",
        note="Kim looks after the same monuments.",
    ),
)
_TEXTS_OF_PLACES = (
    _text("place.given_up", phrase("Place given up"), _PARTICIPANT),
    _text("place.given_on", phrase("Place given on for a better one"), _PARTICIPANT),
    _text(
        "place.cancelled",
        phrase("Place cancelled"),
        _PARTICIPANT,
        _EXPLANATION,
        explanation="The visit cannot take place this year.",
    ),
    _text(
        "place.marked",
        phrase("Place as a guest"),
        phrase("The host's guests, fellow hosts and speakers"),
        Slot("part", phrase("Guest of the host, fellow host or speaker"), _place_kind),
        _PLACE,
        place_kind="host_guest",
    ),
    _text("visit.reminder", phrase("Reminder before a visit"), _PARTICIPANT, _PLACE),
)


def _without_place(name: str, title: Phrase, *slots: Slot, **more: object) -> Wording:
    return Wording(
        name, title, _APPLICANT, (_CALL, *slots, _APPLICATION), {**_SAMPLE, **more}, band="call_slug"
    )


_TEXTS_WITHOUT_A_PLACE = (
    _without_place(
        "application.waiting",
        phrase("Waiting list"),
        block(
            "waiting",
            phrase("The visits the person waits for, with the number on each list"),
            lambda data, _speech: data["lines"],
            needed=True,
        ),
        lines=[{**SAMPLE_VISIT, "position": 2}, {**_OTHER_VISIT, "position": 5}],
    ),
    _without_place(
        "application.refused",
        phrase("No place"),
        _REASON,
        reason=phrase("The host did not propose you for this visit."),
    ),
    _without_place(
        "call.answers_late",
        phrase("Answers are late"),
        text("answers_by", phrase("The day by which answers were promised")),
        answers_by=date(2026, 2, 23),
    ),
)
TEXTS = (*_TEXTS_OF_OFFERS, *_TEXTS_OF_PLACES, *_TEXTS_WITHOUT_A_PLACE)

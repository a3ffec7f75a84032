"""Who took a place after the agenda was published gets it too, and so do speakers who confirm.

Who no longer comes has it taken out of their calendar.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from peer_visits.agenda.queries.holders import list_leavers
from peer_visits.agenda.queries.releases import list_new_speakers, list_newcomers
from peer_visits.agenda.services.publishing import tell_new_speaker, tell_newcomer
from peer_visits.agenda.services.taking_back import take_agenda_back
from peer_visits.kernel.errors import Refused
from peer_visits.storage.transaction import reading, writing


def tell_newcomers(now: datetime) -> int:
    """Send the latest release to everyone who has not had it, each in a transaction of its own."""
    return sum(_tell(place_id, now) for place_id in list_newcomers(reading()))


def _tell(place_id: uuid.UUID, now: datetime) -> bool:
    try:
        with writing() as session:
            return tell_newcomer(session, now=now, place_id=place_id)
    except Refused:
        return False  # another worker was first


def tell_new_speakers(now: datetime) -> int:
    """Send their sessions to everyone who confirmed after the release, each in a transaction of its own."""
    return sum(_tell_speaker(speaker_id, now) for speaker_id in list_new_speakers(reading()))


def _tell_speaker(speaker_id: uuid.UUID, now: datetime) -> bool:
    try:
        with writing() as session:
            return tell_new_speaker(session, now=now, speaker_id=speaker_id)
    except Refused:
        return False  # another worker was first


def take_agendas_back(now: datetime) -> int:
    """Cancel the sessions of everyone who has an agenda and no place any more, each in a transaction of its own."""
    return sum(_take_back(place_id, now) for place_id in list_leavers(reading()))


def _take_back(place_id: uuid.UUID, now: datetime) -> bool:
    try:
        with writing() as session:
            return take_agenda_back(session, now=now, place_id=place_id)
    except Refused:
        return False  # another worker was first

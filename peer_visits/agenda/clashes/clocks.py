"""What clocks say: the visit's own, and those of participants elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from peer_visits.agenda.clashes.days import by_day
from peer_visits.agenda.clashes.values import SOCIAL_FROM, SOCIAL_UNTIL, Clash, ClashKind, Frame, Slot
from peer_visits.kernel.text import Phrase, phrase
from peer_visits.kernel.zones import to_wall


def clock_changes(slots: Sequence[Slot], frame: Frame) -> Iterator[Clash]:
    """Sessions during which the visit's own clock is put forward or back."""
    zone = ZoneInfo(frame.zone)
    for slot in slots:
        before, after = (moment.astimezone(zone).utcoffset() for moment in (slot.starts_at, slot.ends_at))
        if before != after:
            yield Clash(
                (slot.id,),
                phrase("The clock changes during “%(title)s”.", title=slot.title),
                phrase("The clock changes meanwhile"),
                kind=ClashKind.CLOCK_CHANGE,
                remedy=phrase(
                    "Place it before or after the change: what the clock shows is not how long it takes."
                ),
            )


def unsocial(slots: Sequence[Slot], frame: Frame) -> Iterator[Clash]:
    """For how many participants a session lies before 8:00 or after 20:00 of their own clock."""
    everybody = sum(frame.zones.values())
    if frame.is_onsite or not everybody:
        return
    for slot in slots:
        people = sum(count for zone, count in frame.zones.items() if not _is_social(slot, zone))
        if people and not slot.is_break:
            share = {"people": people, "all": everybody, "share": round(100 * people / everybody)}
            yield Clash(
                (slot.id,),
                phrase(
                    "“%(title)s” is before 8:00 or after 20:00 for %(people)s of %(all)s participants (%(share)s %%).",
                    title=slot.title,
                    **share,
                ),
                phrase("Early or late for %(people)s of %(all)s (%(share)s %%)", **share),
                kind=ClashKind.UNSOCIAL,
                remedy=_better_hours(slot, frame),
            )


def _is_social(slot: Slot, zone: str) -> bool:
    start, end = to_wall(slot.starts_at, zone), to_wall(slot.ends_at, zone)
    return start.date() == end.date() and start.time() >= SOCIAL_FROM and end.time() <= SOCIAL_UNTIL


def _better_hours(slot: Slot, frame: Frame) -> Phrase:
    """The hours of that day, by the visit's clock, that suit every participant."""
    day = frame.day_of(slot.starts_at)
    spans = [
        tuple(datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC) for at in (SOCIAL_FROM, SOCIAL_UNTIL))
        for zone in frame.zones
    ]
    start, end = max(span[0] for span in spans), min(span[1] for span in spans)
    if end - start < slot.ends_at - slot.starts_at:
        return phrase("No hour suits everybody. Choose whom it is hard for, and say so to them.")
    return phrase(
        "Between %(start)s and %(end)s it suits everybody.",
        start=f"{to_wall(start, frame.zone):%H:%M}",
        end=f"{to_wall(end, frame.zone):%H:%M}",
    )


def clocks_apart(slots: Sequence[Slot], frame: Frame) -> Iterator[Clash]:
    """Days from which on the participants' clocks stand differently to the visit's, because one of them changed."""
    first_of_day = [(day, sessions) for day, sessions in by_day(slots, frame)]
    for (_before, earlier), (day, sessions) in pairwise(first_of_day):
        for zone, people in sorted(frame.zones.items()):
            change = _ahead(sessions[0], zone, frame.zone) - _ahead(earlier[0], zone, frame.zone)
            if change:
                yield Clash(
                    tuple(slot.id for slot in sessions),
                    phrase(
                        "From %(day)s on the clock in %(place)s (%(people)s participants) differs from the "
                        "visit's by another time than before.",
                        day=day,
                        place=zone,
                        people=people,
                    ),
                    phrase("Clocks change in %(place)s", place=zone),
                    day,
                    ClashKind.CLOCKS_APART,
                    phrase(
                        "Calendars are right by themselves. Tell these people that their time is another than before."
                    ),
                )


def _ahead(slot: Slot, zone: str, of: str) -> timedelta:
    return to_wall(slot.starts_at, zone) - to_wall(slot.starts_at, of)

"""When one session may start, whatever the others do, and what that start costs the participants."""

from __future__ import annotations

from peer_visits.agenda.suggesting.instance import DAY, EVERYBODY, Day, Instance, Session

Start = tuple[int, int]  # index of the day, slot of that day


def possible_starts(instance: Instance, session: Session) -> dict[Start, int]:
    """Every start the rules about one session alone allow, with its discomfort in people x minutes."""
    if session.fixed is not None:
        index = next(i for i, day in enumerate(instance.days) if day.id == session.fixed.day)
        return {
            (index, session.fixed.at // instance.slot_minutes): discomfort(
                instance, session, session.fixed.at
            )
        }
    return {
        (index, slot): discomfort(instance, session, slot * instance.slot_minutes)
        for index, day in enumerate(instance.days)
        if _is_day_of(session, day)
        for slot in range(instance.slots_a_day)
        if _is_allowed(instance, session, day, slot * instance.slot_minutes)
    }


def _is_day_of(session: Session, day: Day) -> bool:
    on_days = session.days is None or day.id in session.days
    return on_days and (session.mode is None or session.mode == day.mode)


def _is_allowed(instance: Instance, session: Session, day: Day, start: int) -> bool:
    end = start + session.minutes
    first = day.open if session.not_before is None else max(day.open, session.not_before)
    last = day.close if session.not_after is None else min(day.close, session.not_after)
    if start < first or end > last:
        return False
    return all(
        any(
            window.day == day.id and window.start - person.tz <= start and end <= window.end - person.tz
            for window in person.windows
        )
        for person in instance.people
        if person.id in session.people
    )


def discomfort(instance: Instance, session: Session, start: int) -> int:
    """People x minutes outside the comfortable hours of their own clock; none where not everybody is meant."""
    if session.audience != EVERYBODY:
        return 0
    return sum(
        group.count * _minutes_outside(instance.comfort, start + group.tz, session.minutes)
        for group in instance.participants
    )


def _minutes_outside(comfort: tuple[int, int], start: int, minutes: int) -> int:
    """Of the minutes from `start` on, those that no day's comfortable hours hold; the clock goes round."""
    end = start + minutes
    inside = 0
    for day in range(start // DAY, (end - 1) // DAY + 1):
        first, last = comfort[0] + day * DAY, comfort[1] + day * DAY
        inside += max(0, min(end, last) - max(start, first))
    return minutes - inside

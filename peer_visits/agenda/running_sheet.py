"""The running sheet: one line for each session, for those who run it. Who may see what is decided here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from peer_visits.agenda.models import AgendaSession, AgendaSpeaker
from peer_visits.agenda.releases import Item, is_as_published, release_content, with_moments
from peer_visits.kernel.zones import to_wall


@dataclass(frozen=True)
class Line:
    """A session on the sheet; `item` is it as it is published. `link` is empty for whom it is not for."""

    item: Item
    link: str
    notes: str
    material_link: str
    speakers: Sequence[AgendaSpeaker]
    # The name of the uploaded file, and whether a speaker may open it.
    material: str = ""
    opens: bool = False
    is_own: bool = False

    @property
    def starts_at(self) -> datetime:
        """When it begins."""
        moment: datetime = self.item["starts_at"]
        return moment


Days = Sequence[tuple[date, Sequence[Line]]]


def sheet_of_hosts(sessions: Sequence[AgendaSession], zone: str) -> Days:
    """The board as it stands, with everything."""
    by_id = {str(one.id): one for one in sessions}
    items = [with_moments(item) for item in release_content(sessions)["sessions"]]
    return _days([_line(item, by_id[item["id"]], sees_link=True) for item in items], zone)


def sheet_of_speaker(
    items: Iterable[Item], sessions: Mapping[str, AgendaSession], speaker_id: str, zone: str
) -> Days:
    """The published sessions; the links of their own alone, and of these the file as it stands."""
    lines = []
    for item in items:
        if item["id"] in sessions:
            is_own = speaker_id in item.get("speaker_ids", ())
            lines.append(_line(item, sessions[item["id"]], sees_link=is_own, is_own=is_own))
    return _days(lines, zone)


def _line(item: Item, session: AgendaSession, *, sees_link: bool, is_own: bool = False) -> Line:
    file = session.material
    return Line(
        item=item,
        link=session.online_link if sees_link else "",
        notes=session.notes,
        material_link=item.get("material_link") or "",
        speakers=session.speakers,
        material=file.name if file and is_own else item.get("material") or "",
        opens=file is not None and (is_own or is_as_published(file, item)),
        is_own=is_own,
    )


def _days(lines: Iterable[Line], zone: str) -> Days:
    return [
        (day, list(found))
        for day, found in groupby(lines, key=lambda one: to_wall(one.starts_at, zone).date())
    ]

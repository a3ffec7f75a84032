"""Which records are listed, from where on: dates, sets, and the token with which a list goes on."""

from __future__ import annotations

import base64
import binascii
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, or_, select

from peer_visits.calls.models import Call, Programme
from peer_visits.library.harvesting.asking import OaiError, check_prefix
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.queries import PUBLISHED, with_visit

SET = "programme:"
_DAY, _SECOND = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclass(frozen=True)
class Selection:
    """Which records are listed, and after which one the list goes on."""

    first: str = ""
    last: str = ""
    of_set: str = ""
    after: str = ""
    after_id: str = ""
    cursor: int = 0


def selected(selection: Selection) -> Select[Any]:
    """The query of a selection, without order or limit. Raises OaiError for a date that is none."""
    query = with_visit(select(AnalyticalDocument)).join(Call.programme).where(PUBLISHED)
    moment = AnalyticalDocument.published_at
    if selection.first:
        query = query.where(moment >= _moment(selection.first))
    if selection.last:
        query = query.where(moment < _moment(selection.last) + _step(selection.last))
    if selection.of_set:
        query = query.where(Programme.slug == selection.of_set.removeprefix(SET))
    if selection.after:
        after = datetime.fromisoformat(selection.after)
        later = and_(moment == after, AnalyticalDocument.id > uuid.UUID(selection.after_id))
        query = query.where(or_(moment > after, later))
    return query


def read_selection(asked: Mapping[str, str]) -> Selection:
    """What a list verb asks for, from its arguments or its token. Raises OaiError."""
    if "resumptionToken" in asked:
        return _read_token(asked["resumptionToken"])
    if "metadataPrefix" not in asked:
        raise OaiError("badArgument", "metadataPrefix is missing.")
    check_prefix(asked["metadataPrefix"])
    selection = Selection(asked.get("from", ""), asked.get("until", ""), asked.get("set", ""))
    _check_dates(selection.first, selection.last)
    if "\0" in selection.of_set or ("set" in asked and not selection.of_set.startswith(SET)):
        raise OaiError("noRecordsMatch", "There is no such set.")
    return selection


def _check_dates(first: str, last: str) -> None:
    moments = [_moment(one) for one in (first, last) if one]
    if first and last and (len(first) != len(last) or moments[0] > moments[1]):
        raise OaiError("badArgument", "from and until have one granularity, and from is not the later.")


def _moment(value: str) -> datetime:
    if not (_DAY.fullmatch(value) or _SECOND.fullmatch(value)):
        raise OaiError("badArgument", "A date looks like 2026-05-04 or 2026-05-04T10:00:00Z.")
    try:
        moment = datetime.fromisoformat(value.removesuffix("Z")).replace(tzinfo=UTC)
    except ValueError as error:
        raise OaiError("badArgument", "There is no such date.") from error
    if not 1900 <= moment.year <= 3000:
        raise OaiError("badArgument", "No record is from that time.")
    return moment


def _step(value: str) -> timedelta:
    return timedelta(days=1) if _DAY.fullmatch(value) else timedelta(seconds=1)


def token_after(selection: Selection, last: AnalyticalDocument, cursor: int) -> str:
    """The token with which the list goes on after this record, at this place of the whole list."""
    following = replace(
        selection,
        after=last.published_at.isoformat() if last.published_at else "",
        after_id=last.id.hex,
        cursor=cursor,
    )
    return base64.urlsafe_b64encode(json.dumps(list(vars(following).values())).encode()).decode()


def _read_token(token: str) -> Selection:
    """What a token stands for; whatever somebody made up is refused."""
    try:
        first, last, of_set, after, after_id, cursor = json.loads(base64.urlsafe_b64decode(token))
        selection = Selection(str(first), str(last), str(of_set), str(after), str(after_id), int(cursor))
        uuid.UUID(selection.after_id)
        _check_dates(selection.first, selection.last)
        is_whole = datetime.fromisoformat(selection.after).tzinfo is not None and "\0" not in selection.of_set
    except (ValueError, TypeError, binascii.Error, OverflowError, RecursionError, OaiError) as error:
        raise OaiError("badResumptionToken", "This token is not one of ours.") from error
    if not is_whole:
        raise OaiError("badResumptionToken", "This token is not one of ours.")
    return selection

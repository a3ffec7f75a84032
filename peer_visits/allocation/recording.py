"""The record of a run as one JSON: what went in, by which rules, what came out, and how anybody can check it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from peer_visits.allocation.models import AllocationRun, LotterySeed
from peer_visits.kernel.ids import json_digest

SCHEMA = "peer-visits/run/1"


def make_record(session: Session, run: AllocationRun) -> dict[str, Any]:
    """Everything that is kept of a run. People go by their record ids; names are not part of it."""
    full = session.scalars(
        select(AllocationRun)
        .where(AllocationRun.id == run.id)
        .options(undefer(AllocationRun.input), undefer(AllocationRun.answer))
        .execution_options(populate_existing=True)
    ).one()
    lottery = session.get(LotterySeed, full.call_id)
    answer = full.answer or {}
    return {
        "schema": SCHEMA,
        "number": full.number,
        "state": full.state,
        "method": full.method,
        "asked_at": _moment(full.created_at),
        "started_at": _moment(full.started_at),
        "finished_at": _moment(full.finished_at),
        "applied_at": _moment(full.applied_at),
        "settings": full.settings,
        "time_limit": full.time_limit,
        "seed": {
            "commitment": lottery.commitment if lottery else None,
            "committed_at": _moment(lottery.committed_at) if lottery else None,
            "secret": lottery.secret if lottery else None,
            "public_value": lottery.public_value if lottery else None,
        },
        "versions": full.versions,
        "input_hash": full.input_hash,
        "input": full.input,
        "answer": answer,
        "placements_hash": json_digest(answer.get("placements", [])),
        "verdict": full.verdict,
        "summary": full.summary,
        "problem": full.problem,
    }


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None

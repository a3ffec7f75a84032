"""SQLite's file written anew, so that nothing of what was deleted stays in it.

What is deleted is overwritten at once (`secure_delete`). But a row whose page was full may have been moved before, and
what it left behind in the free room of a page stays there until the file is written anew. The file itself remembers
when that was, in its `user_version`: minutes since 1970, as seconds end in 2038. PostgreSQL frees such room by itself.
"""

from __future__ import annotations

from datetime import datetime

from peer_visits.storage.transaction import db


def rewrite_file(*, since: datetime, now: datetime) -> bool:
    """Write the file anew unless that was done after `since`; whether it was. Ends what this thread was reading."""
    if db.engine.dialect.name != "sqlite":
        return False
    db.session.rollback()
    connection = db.engine.raw_connection()
    connection.detach()  # one of its own, closed afterwards: what is set here would mislead whoever got it next
    try:
        cursor = connection.cursor()
        [(written,)] = cursor.execute("PRAGMA user_version").fetchall()
        if written > _minutes(since):
            return False
        cursor.execute("PRAGMA query_only = OFF")  # as reading left it
        cursor.execute("VACUUM")
        cursor.execute(f"PRAGMA user_version = {_minutes(now)}")
        # What the log of writes still holds of before goes as well.
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    return True


def _minutes(moment: datetime) -> int:
    return int(moment.timestamp()) // 60

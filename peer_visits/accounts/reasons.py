"""When the mails of accounts are no longer worth sending: a newer link ends the earlier one."""

from __future__ import annotations

from peer_visits.outbox.reasons import Reason, superseded

REASONS = {
    kind: Reason(superseded)
    for kind in ("account.verify", "account.reset", "account.sign_in_link", "account.new_address")
}

"""What mails to groups hold about people: who wrote them."""

from __future__ import annotations

from peer_visits.mailing.groups.models import GroupMail
from peer_visits.storage.personal import Mention

ACTS = frozenset({"group_mail.created_by", "group_mail.sent_by"})
MENTIONS = (Mention(GroupMail, ("subject", "body")),)
NOBODY = frozenset({"group_mail"})

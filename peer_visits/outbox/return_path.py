"""The return path of each message (VERP): what bounces comes back under an address that names the message.

`bounces+<id of the message>.<check>@domain`; the check is keyed, so nobody can invent a bounce.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import uuid

_LOCAL = re.compile(r"\+([0-9a-f]{32})\.([0-9a-f]{12})$")


def return_path(base: str, message_id: uuid.UUID, secret: str) -> str:
    """The envelope sender of a message, under the installation's address for bounces."""
    local, domain = base.rsplit("@", 1)
    return f"{local}+{message_id.hex}.{check_of(message_id, secret, 'bounce')}@{domain}"


def read_return_path(address: str, secret: str) -> uuid.UUID | None:
    """The message that such an address names; none for any other address or a wrong check."""
    found = _LOCAL.search(address.strip("<> \t").rsplit("@", 1)[0].lower())
    if not found:
        return None
    message_id = uuid.UUID(found[1])
    return message_id if hmac.compare_digest(found[2], check_of(message_id, secret, "bounce")) else None


def check_of(message_id: uuid.UUID, secret: str, purpose: str) -> str:
    """Twelve hexadecimal digits (48 bits) that only this installation can make."""
    text = f"{purpose}:{message_id.hex}".encode()
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()[:12]

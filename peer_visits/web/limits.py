"""Rate limits by network address; those by account are counted in the database (accounts)."""

from __future__ import annotations

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(
    key_func=get_remote_address, default_limits=[], headers_enabled=True, strategy="moving-window"
)

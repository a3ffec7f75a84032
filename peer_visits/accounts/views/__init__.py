"""Pages of accounts: register, sign in and out, mailed links, own profile."""

from __future__ import annotations

from peer_visits.accounts.views import attempts, passwords, profile, registering, signing_in
from peer_visits.accounts.views.blueprint import blueprint

__all__ = ["attempts", "blueprint", "passwords", "profile", "registering", "signing_in"]

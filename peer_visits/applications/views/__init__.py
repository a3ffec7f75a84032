"""The applicant's pages: my applications, the form, the check before sending, the receipt, files."""

from __future__ import annotations

from peer_visits.applications.views import applying, files
from peer_visits.applications.views.blueprint import blueprint

__all__ = ["applying", "blueprint", "files"]

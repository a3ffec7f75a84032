"""What an organiser does with runs, what a worker does with them, and what a decision takes from them."""

from peer_visits.allocation.services.deciding import (
    apply_run,
    find_decidable_run,
    get_result,
    rebuild,
    take_back_run,
)

__all__ = [
    "apply_run",
    "find_decidable_run",
    "get_result",
    "rebuild",
    "take_back_run",
]

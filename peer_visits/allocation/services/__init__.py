"""What an organiser does with runs, what a worker does with them, and what a decision takes from them."""

from peer_visits.allocation.services.deciding import (
    apply_run,
    find_decidable_run,
    get_result,
    rebuild,
    take_back_run,
)
from peer_visits.allocation.services.in_order import run_allocation, run_in_order

__all__ = [
    "apply_run",
    "find_decidable_run",
    "get_result",
    "rebuild",
    "run_allocation",
    "run_in_order",
    "take_back_run",
]

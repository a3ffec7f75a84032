"""The host desk: reviews, conflicts of interest, order and reserve."""

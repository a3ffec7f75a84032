"""Who gets which visit: one pure function over shortlists and ranks."""

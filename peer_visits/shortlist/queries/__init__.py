"""What a host sees: sent applications' choices for the own visit, and nothing of the other choices."""

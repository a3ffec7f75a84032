"""The loop that keeps periodic sweeps and the outbox going."""

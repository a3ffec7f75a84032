"""Pure values: clock, ids, state tables, text, time zones, errors. Standard library only."""

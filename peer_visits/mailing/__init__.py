"""The organiser's outbox: what is held, what left, what did not arrive; each person's history; leaving by one click."""

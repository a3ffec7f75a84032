"""Forms of the call editor."""

"""The call editor."""

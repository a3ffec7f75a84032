"""What an organiser does to prepare a call."""

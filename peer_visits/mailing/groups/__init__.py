"""Mail that an organiser writes to many people at once."""

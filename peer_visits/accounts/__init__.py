"""People, sign-in and sessions that end on the server."""

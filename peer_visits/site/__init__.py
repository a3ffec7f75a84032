"""Public pages over several rooms: home, calls, visits, share data."""

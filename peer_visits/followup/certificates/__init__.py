"""Certificates of attendance: who is entitled, the sheet itself, and the public page that proves it."""

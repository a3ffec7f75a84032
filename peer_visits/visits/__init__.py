"""Visits and their host teams: announced and held dates, place, capacity."""

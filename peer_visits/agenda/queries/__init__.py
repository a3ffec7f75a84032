"""Reads about agendas."""

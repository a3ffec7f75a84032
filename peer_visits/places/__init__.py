"""Offers, answers, the waiting list and promotion."""

"""Programmes and their open calls: window, rules, criteria."""

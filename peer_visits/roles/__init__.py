"""Giving and taking roles: organisers, hosts, authors."""

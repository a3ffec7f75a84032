"""Figures of calls: who applied, who got what, how soon they answered, from where they come."""

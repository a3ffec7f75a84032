"""A balanced group for one visit, as a suggestion to its host team: the allocation of a call with one visit in it."""

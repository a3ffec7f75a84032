"""Suggestions that a solver works out beside the requests: asked for, leased by a worker, its answer kept and shown."""

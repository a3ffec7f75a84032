"""One application per person and call, with ranked choices."""

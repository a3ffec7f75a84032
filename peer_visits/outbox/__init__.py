"""Mail as rows: rendering, posting, and the worker that sends them."""

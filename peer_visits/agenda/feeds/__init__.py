"""A person's own calendar at a secret address: all sessions of their visits, always as they were published last."""

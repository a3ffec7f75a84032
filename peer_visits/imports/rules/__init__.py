"""Which column stands for what, and what each row says. Plain values only."""

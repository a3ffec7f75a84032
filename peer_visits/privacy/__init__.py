"""What is held about people: seen, taken along, forgotten in time, and erased."""

"""One table of who may call which route, and its guard."""

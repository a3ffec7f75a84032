"""The demo: the ten visits of 2021, a current call, synthetic people."""

"""OAI-PMH 2.0: what aggregators ask, and what they are told. Nothing is kept between two requests."""

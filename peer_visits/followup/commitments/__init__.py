"""Commitments: what people learnt and will do at home, and what came of it after three and six months."""

"""The declarative base, column types and the one transaction. The only code that commits."""

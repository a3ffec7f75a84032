"""The instance of a run, built from the database: what the solver is given, and the records behind it."""

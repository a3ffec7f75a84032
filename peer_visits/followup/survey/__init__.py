"""The survey at the end of a visit: few fixed questions, answers that nobody can tie to a person."""

"""What host and organiser do with an agenda, one module for each thing they do it to."""

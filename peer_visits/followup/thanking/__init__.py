"""The mail of the morning after: thanks, and in the same mail what is asked of whoever took part."""

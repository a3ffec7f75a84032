"""Sessions of a visit, published in numbered releases."""

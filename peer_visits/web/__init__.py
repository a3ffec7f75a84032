"""Steps of a request, security headers, form base, filters, errors, static files."""

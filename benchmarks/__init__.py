"""What a page costs, beside a bare application on the same rows."""

"""Writing a report here: sections in Markdown, every save a version, comments on what is written."""

"""The words of mails: defaults in every language, own words of programmes and calls, and how they are filled."""

"""Applications from a spreadsheet: read, matched, reported row by row, taken in all or nothing."""

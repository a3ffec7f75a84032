"""What an applicant does: save, send, withdraw, start again."""

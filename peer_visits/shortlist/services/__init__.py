"""What a host team does: read and score, put in order, hand over; and the organiser's reopening."""

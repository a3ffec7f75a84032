"""What is done with places: deciding a call, answering, taking back, and offering on."""

"""What was published, shown: to everybody, to those who take part, to other sites and programs."""

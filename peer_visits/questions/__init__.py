"""What a call asks: sections and questions, built by organisers, judged without Flask or a database."""

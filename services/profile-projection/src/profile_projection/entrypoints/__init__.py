"""Where events come in and questions are answered."""

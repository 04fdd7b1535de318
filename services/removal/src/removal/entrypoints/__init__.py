"""Doors: they translate between HTTP or Kafka and the application, and nothing else."""

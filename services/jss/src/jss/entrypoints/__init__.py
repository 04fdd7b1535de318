"""Where Kafka, the clock and HTTP come in; each translates and nothing else."""

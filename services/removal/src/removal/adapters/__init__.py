"""PostgreSQL and Kafka for removal; every statement is a named file in sql/."""

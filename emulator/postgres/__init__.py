"""Real PostgreSQL servers: one process per database instance, on 127.0.0.1, with TLS."""

"""A local AWS for the demo and the tests: moto, what moto gets wrong, and real PostgreSQL behind the endpoints."""

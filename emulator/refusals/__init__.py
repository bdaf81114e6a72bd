"""What AWS refuses and moto accepts, one small function per rule, each with AWS's page about it."""

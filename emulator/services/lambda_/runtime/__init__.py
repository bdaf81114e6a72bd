"""What runs in a function's own process."""

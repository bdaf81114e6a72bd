"""Aurora DB clusters: their actions, their members, and the servers behind their endpoints."""

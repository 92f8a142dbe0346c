"""Search inside PostgreSQL with pgvector. Nothing here is imported unless ``KUTIP_DATABASE_URL`` is set."""

"""Which article is which, and its rows in the database. The doors are ``corpus.store`` and ``corpus.dedup``."""

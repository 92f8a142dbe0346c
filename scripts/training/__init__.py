"""Parts of ``scripts.train_reader``."""

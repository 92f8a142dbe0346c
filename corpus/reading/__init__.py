"""Inputs of every kind -> raw articles, and what cannot be read -> rejections. The door is ``corpus.readers``."""

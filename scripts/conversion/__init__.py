"""How the shipped encoder is made: the steps behind ``python -m scripts.convert_encoder``."""

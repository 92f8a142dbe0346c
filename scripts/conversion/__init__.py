"""How the encoder is cut down and written: steps of ``scripts.convert_encoder`` and ``scripts.export_encoder``."""

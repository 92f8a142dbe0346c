"""Articles in, clean, dated, citable sentences out. Imports nothing else of Kutip."""

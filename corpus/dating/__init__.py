"""Indonesian dates, times and periods in text. The door is ``corpus.dates``."""

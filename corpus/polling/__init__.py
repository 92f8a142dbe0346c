"""Details of polling feeds: what is remembered of them, when they are due, which of their entries are new."""

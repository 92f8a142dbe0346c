"""Raw bodies -> paragraphs of nothing but the news. The door is ``corpus.clean``."""

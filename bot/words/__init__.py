"""What people read: texts, answers and digests as messages, buttons, and what their words mean."""

"""What the bot remembers, in ``bot.db``: chats, answers, and the two durable sides, inbox and outbox."""

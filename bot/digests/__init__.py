"""Daily digests and alerts: choosing stories, subscriptions, and sending them once."""

"""Messages on their way to Telegram: within its limits, once each, in a form that it takes."""

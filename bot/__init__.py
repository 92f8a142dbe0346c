"""Chats in, messages out. The only package that talks to Telegram."""
